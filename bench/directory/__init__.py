"""The directory beside its peers: a country of listings, two generators of noisy queries, every engine on the same bed.

`words` and `listings` make the country; `canon` and `wanted` say which listings are right for a query. The noise of
`noise_tuning` is for building the engine; that of `noise_final`, by other code with other tables, is for the figures
that we claim, and nothing is ever tuned against it.
"""
