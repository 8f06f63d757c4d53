-- The second step of a staff sign-in: the secret that a telephone makes codes of, sealed under its person's key.
CREATE TABLE identity_second_steps (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    secret_sealed {bytes} NOT NULL,
    begun_at BIGINT NOT NULL,
    -- Since when it is asked for; NULL until a first code has shown that the telephone has the secret.
    confirmed_at BIGINT,
    -- The step of time of the last code that was taken: no code is taken twice.
    last_step BIGINT NOT NULL,
    PRIMARY KEY (cell, person_id)
);

-- The printed codes, as keyed hashes: each is good once.
CREATE TABLE identity_recovery_codes (
    cell INTEGER NOT NULL,
    person_id {uuid} NOT NULL,
    code_hash {bytes} NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (cell, person_id, code_hash)
);
