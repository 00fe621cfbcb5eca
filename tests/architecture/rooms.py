"""Which modules a domain may have. A module with another name needs a line here that says why.

A domain is a package with tables, or with rooms (packages of one part of its work) that have
them. In each of them the same work has the same file name, so that a reader of one domain finds
everything in the next.
"""

# In every domain and room. `queries` and `service` may be packages, with a file for each subject.
FILES = {
    "access": "who may reach a handler: guards and what they inject",
    "bulk": "which tables may be filled by COPY, for the sample content",
    "errors": "the refusals, each with its message and the field that it belongs to",
    "exports": "files for people outside",
    "facts": "the logs that statistics count, as SELECTs",
    "jobs": "the contracts of its jobs; their handlers are in enishi_jobs",
    "kinds": "enumerations that tables, forms and figures share",
    "labels": "the words for codes: states, kinds, actions of the audit trail",
    "metrics": "the figures: what each counts, by which dimensions",
    "piccolo_app": "the registration of its tables with Piccolo",
    "policies": "rules that need no database",
    "privacy": "which personal data it holds, for what, and how they are erased",
    "queries": "reads",
    "schemas": "what crosses its border: forms, views, rows",
    "service": "writes; a public function is one unit of work",
    "subjects": "names and office pages of what audit entries are about",
    "tables": "its tables, imported by nobody else",
}
# Packages with a file for each page or subject.
PACKAGES = {
    "api": "handlers of the JSON API",
    "pages": "handlers of pages and forms",
    "queries": FILES["queries"],
    "service": FILES["service"],
}

# The domains, their rooms, and the mechanisms that only one of them has.
ROOMS: dict[str, dict[str, str]] = {
    "accounts": {
        "consents": "the versions of consents, and the log of them",
        "dimensions": "what is frozen of a person in the moment of an act",
        "memberships": "the seam to organisations, which lie above",
        "one_time_codes": "the codes that are sent by mail",
        "personal_data": "the declarations of all domains, brought together",
        "sessions": "session tokens and the cache of actors",
        "user_agents": "the family of a browser, for the list of devices",
    },
    "audit": {},
    "consultations": {},
    "consultations.core": {
        "phase_summary": "the phase in words, for pages",
        "translations": "the organiser's translations of what people wrote",
        "visibility": "what the public may see, as conditions of SQL",
    },
    "consultations.landscape_runs": {
        "computation": "the computation of a run, in a process of its own",
        "own_place": "the place of one participant in a run",
        "packed_votes": "all votes as packed arrays, and their changes",
        "polis_set": "the Polis export set of a final run",
        "run_values": "what is passed between the two processes",
        "stored_parts": "the format in which packed votes and places are kept",
        "stored_result": "the format in which the result of a run is kept",
        "stored_runs": "what the job reads of the newest run",
        "verification": "runs computed again and compared with what is kept",
        "vote_log": "the votes, or what changed since a transaction, of one snapshot",
        "without_guests": "the groups of all but the guests, beside those of everybody",
    },
    "consultations.office": {
        "checklist": "what is missing before publication",
        "guests_apart": "the statements on which guests change the result, for page and files",
        "hours_file": "joins and votes by hour as a table of a file",
        "part_forms": "the three forms of an office",
    },
    "consultations.opinions": {
        "paper": "opinions that came on paper or by telephone",
        "receipts": "receipt numbers and their hashes",
    },
    "consultations.participation": {
        "activity_log": "the log of acts, but for votes",
        "guest_cookie": "the signed cookie of a participant without an account",
        "network_limits": "limits on guests, their votes and texts by network",
        "page_views": "views counted in memory and appended by the minute",
        "published_people": "the seam to statistics, which lie above",
        "ties": "the seam to relations, which lie beside",
    },
    "consultations.polis_import": {
        "loader": "the writer of a Polis export, in one transaction",
    },
    "consultations.voting": {
        "cache_invalidation": "what is read anew once a change is committed",
        "cards": "the next statement to vote on",
        "fast_path": "votes and cards of cached participants, before the framework",
        "group_commit": "when a batch of votes is written",
        "limits": "token buckets in memory",
        "results": "sums of votes",
        "routing": "which statement comes next: few votes first, then by priority",
        "set_aside": "guests that are left out of the counts",
        "similarity": "bigrams: search and the look-alike check",
        "step_sql": "the statements of vote steps",
        "vote_arrays": "votes as arrays for the landscape",
        "vote_connection": "the connection of the writer, kept for it",
        "vote_sql": "the statements of the writer",
        "vote_steps": "published totals, which move in steps",
        "writer": "the micro-batching writer of votes",
    },
    "operations": {
        "sign_in": "one-time links and the operator's session",
    },
    "organisations": {
        "office_context": "what every page of an office shows",
    },
    "places": {
        "census": "the reader of the census tables of e-Stat",
        "census_sums": "the checks of their sums",
        "classes": "classes of municipalities by kind and size",
        "codes": "municipality codes and their check digit",
        "figures": "population figures that ship with the code",
        "former": "former municipalities by name",
        "gazetteer": "all places, in memory",
        "picker": "the municipality picker of forms",
        "population": "reads of population figures",
        "postal": "municipalities of a postal code",
        "search": "search of places",
        "spelling": "normal forms of the names of places",
    },
    "programmes": {},
    "programmes.allocation": {
        "first_come": "places to the first that ask",
        "waiting_list": "freed places to the queue",
    },
    "programmes.applications": {
        "care_needs": "the encryption of what is written about health",
        "event_log": "the log of applications",
        "money": "what a party pays, as text",
        "person_acts": "the log of what an application means for each person",
        "ties": "what an applicant is to the place",
    },
    "programmes.listings": {
        "documents": "the JSON documents of a programme",
        "filters": "the filter of the list, from a query string",
        "listing_forms": "the five forms of an office",
        "money": "fees and pay as text",
        "public_details": "the details that a page shows",
        "visibility": "what the public may see, as conditions of SQL",
    },
    "programmes.office": {
        "applicants_file": "participants as CSV",
        "availability": "what an office may still do with a session",
        "checklist": "what is missing before publication",
        "context": "what the office pages of programmes share",
        "sample_parties": "who may come by the conditions, tried on parties that often apply",
    },
    "programmes.sessions": {
        "availability": "whether a session takes applications",
        "calendars": "sessions as iCalendar entries",
        "event_data": "schema.org markup",
        "when_where": "time and place as text",
    },
    "relations": {
        "consents": "the purposes of a registration and their versions",
    },
    "relations.certificates": {
        "status_list": "the bits of the list, masked",
        "tokens": "certificates and status lists as signed tokens",
        "verification": "the check of a certificate, without a database",
    },
    "statistics": {
        "cube_charts": "the charts of released cubes",
        "cube_dimensions": "the dimensions of published cubes, and canonical names of cells",
        "cube_tables": "a released cube as page, file and API give it out",
        "cubes": "the cubes of people that are published, with their noise",
        "gate": "what an outsider can work out of a release, before it is published",
        "key_labels": "labels of the keys of a breakdown",
        "metric_types": "what a metric counts, and what it can be broken down by",
        "periods": "the periods of releases and their numbers",
        "printed_cubes": "from counts to what is printed",
        "release_charts": "the charts of a release",
        "release_maker": "the releases of one act, period after period",
        "release_tables": "the tables that a release consists of",
        "retired_metrics": "metrics that old releases alone still hold",
        "session_metrics": "the metrics that are told of sessions",
    },
    "statistics.office": {
        "breakdowns": "the figures of one organisation by one dimension",
        "charts": "their charts",
        "protected": "breakdowns of people that the reader may not list",
        "report": "the page of an office, in sections",
        "sessions": "the sessions of an office: who came, who waits",
    },
    "themes": {},
}

# Packages that are no domains, and modules beside them: their files are named after what they do.
OTHERS = {
    "cli": "the commands",
    "demo": "the sample content",
    "disclosure": "disclosure control: arrays in, arrays out",
    "kit": "what every domain needs and no domain is",
    "landscape": "the opinion landscape: arrays in, arrays out",
    "paths": "folders of the installation",
    "piccolo_conf": "the list of domains with tables",
    "servers": "the supervisor of embedded servers",
    "settings": "the settings",
    "web": "the application, its edge, and the pages of no domain",
    "wiring": "what each domain declares to the layers below it",
}
