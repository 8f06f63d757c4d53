-- Signing in. Phone hashes and codes live in the root cell; sessions and tokens carry the cell of their person.

CREATE TABLE identity_phones (
    cell INTEGER NOT NULL,
    phone_hash {bytes} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (cell, phone_hash)
);

CREATE TABLE identity_codes (
    cell INTEGER NOT NULL,
    phone_hash {bytes} NOT NULL,
    code_hash {bytes} NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (cell, phone_hash)
);

-- Staff accounts; in the root cell, because who signs in has no cell yet.
CREATE TABLE identity_passwords (
    cell INTEGER NOT NULL,
    account TEXT {c} NOT NULL,
    person_cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    hash TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (cell, account)
);
CREATE UNIQUE INDEX identity_passwords_person ON identity_passwords (cell, person_cell, person_id);

CREATE TABLE identity_sessions (
    cell INTEGER NOT NULL,
    token_hash {bytes} NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (cell, token_hash)
);
CREATE INDEX identity_sessions_person ON identity_sessions (cell, person_id);

CREATE TABLE identity_tokens (
    cell INTEGER NOT NULL,
    token_hash {bytes} NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (cell, token_hash)
);
CREATE INDEX identity_tokens_person ON identity_tokens (cell, person_id);

-- The first answer to a request, kept a day, so that a repeated request gets the same one.
CREATE TABLE identity_answers (
    cell INTEGER NOT NULL,
    -- The person, session or token that asked, and the route.
    caller TEXT {c} NOT NULL,
    route TEXT {c} NOT NULL,
    key TEXT {c} NOT NULL,
    body_hash {bytes} NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (cell, caller, route, key)
);
CREATE INDEX identity_answers_age ON identity_answers (cell, created_at);

-- What a person has typed into a form of several pages and not sent yet, sealed under their key.
CREATE TABLE identity_drafts (
    cell INTEGER NOT NULL,
    id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    form TEXT NOT NULL,
    content_sealed {bytes} NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (cell, id)
);
CREATE UNIQUE INDEX identity_drafts_form ON identity_drafts (cell, person_id, form);
