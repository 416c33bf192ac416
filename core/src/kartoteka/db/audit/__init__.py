"""The audit chain: who signed in, took data out, changed rights or deleted, so that tampering shows (X-06).

Each entry's hash is made of the entry and of the hash before it. The chain also covers the journal: each transaction
adds one link with a digest of the entries that it wrote. What is personal lies in ``personal``, of which only a salted
digest is hashed: it can be erased and the chain still holds.
"""

from kartoteka.db.audit.chain import audit
from kartoteka.db.audit.checking import check_chain
from kartoteka.db.audit.models import AuditEntry, AuditHead
from kartoteka.db.audit.reading import blank_audit_values
from kartoteka.db.audit.reports import ChainFinding, ChainReport

__all__ = [
    "AuditEntry",
    "AuditHead",
    "ChainFinding",
    "ChainReport",
    "audit",
    "blank_audit_values",
    "check_chain",
]
