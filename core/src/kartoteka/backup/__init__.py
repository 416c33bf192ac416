"""Backups of a whole company, tables and files, in one archive that either database engine can be restored from.

make_backup(installation, Path("company.zip"))
restore_backup(installation, Path("company.zip"))
"""

from kartoteka.backup.archive import ArchiveBroken
from kartoteka.backup.making import ContentsLost, make_backup
from kartoteka.backup.manifest import Manifest
from kartoteka.backup.restoring import check_backup, restore_backup

__all__ = ["ArchiveBroken", "ContentsLost", "Manifest", "check_backup", "make_backup", "restore_backup"]
