"""The visibility predicates of programmes. Every public read uses one of them."""

# For programmes_programme aliased as p. A closed programme stays readable, because people link to
# it and look back at it. Drafts are visible to their office only.
IS_PUBLIC = "p.state IN ('published', 'closed')"

# Programmes that take applications: for lists and feeds.
IS_LISTED = "p.state = 'published'"
