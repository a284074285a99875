-- Older Git hosts, and which repositories they still serve.

-- credential: NONE, BASIC, BEARER or PASS_THROUGH. The secret itself lies at the proxies.
CREATE TABLE upstreams (
  name VARCHAR(64) NOT NULL,
  base_url VARCHAR(512) NOT NULL,
  credential VARCHAR(16) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- upstream: NULL, all are served here. percent: how many of a hundred repositories it serves.
CREATE TABLE migration_rules (
  scope VARCHAR(512) NOT NULL,
  upstream VARCHAR(64),
  percent INT NOT NULL,
  is_read_only BOOLEAN NOT NULL,
  PRIMARY KEY (scope),
  KEY migration_rules_upstream (upstream),
  CONSTRAINT migration_rules_to FOREIGN KEY (upstream) REFERENCES upstreams (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
