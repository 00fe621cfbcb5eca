"""Who sees a programme: the one predicate that every public read goes through."""

# Of programmes_programme, aliased p. A closed one stays readable: people link to it, and those
# who were there look back. Drafts are seen by their office only.
IS_PUBLIC = "p.state IN ('published', 'closed')"

# What one may sign up for: lists, feeds and calendars of more than one programme.
IS_LISTED = "p.state = 'published'"
