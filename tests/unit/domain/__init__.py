"""The rules of the operator, told as stories and searched for counterexamples."""
