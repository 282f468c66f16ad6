"""The original's claims, measured and judged.

report/claims.yaml declares each claim, the runs that test it and its criteria;
`write_claims` evaluates them into claims.json; `claim_facts` hands every number
of that file to the prose; `claim_words` gives the claims' texts in a language.
"""

from backprop_lab.claims.declaration import claim_words, load_claims
from backprop_lab.claims.evaluation import write_claims
from backprop_lab.claims.view import claim_facts

__all__ = ["claim_facts", "claim_words", "load_claims", "write_claims"]
