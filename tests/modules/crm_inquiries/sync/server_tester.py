"""The server tester of the caldav library as a command, for a server whose calendars are given, none is created."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

# The client asks whether it is its asynchronous sister, whose module demands a library that writes itself over urllib3.
_sister = ModuleType("caldav.async_davclient")
_sister.AsyncDAVClient = type("AsyncDAVClient", (), {})  # type: ignore[attr-defined]
sys.modules.setdefault(_sister.__name__, _sister)


def main() -> None:
    """Run the tester; the list of tasks that it looks for under a name of its own is the one that is there."""
    from caldav.collection import Principal
    from caldav_server_tester import check_server_compatibility

    find = Principal.calendar

    def calendar(self: Any, name: str | None = None, cal_id: str | None = None, **more: Any) -> Any:
        if cal_id and cal_id.endswith("_tasks"):
            return next(one for one in self.calendars() if "VTODO" in one.get_supported_components())
        return find(self, name=name, cal_id=cal_id, **more)

    Principal.calendar = calendar
    check_server_compatibility()


if __name__ == "__main__":
    main()
