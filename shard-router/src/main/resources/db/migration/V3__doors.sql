-- What credentials allow, and what repositories allow whom.

-- kind: PERSONAL, DEPLOY or PROJECT. A token that is not personal acts for itself: user_id is who made it. is_limited: it
-- allows what its rights say, and nothing if all of them went with their repositories; else all that its user may.
ALTER TABLE tokens ADD COLUMN is_limited BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE tokens ADD COLUMN kind VARCHAR(16) DEFAULT 'PERSONAL' NOT NULL;
ALTER TABLE tokens ADD COLUMN is_api BOOLEAN DEFAULT TRUE NOT NULL;
ALTER TABLE tokens ADD COLUMN last_used_ms BIGINT;

-- is_deploy: the key acts for itself: user_id is who registered it. presence: ANY, TOUCHED or VERIFIED.
ALTER TABLE ssh_keys ADD COLUMN is_deploy BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE ssh_keys ADD COLUMN presence VARCHAR(16) DEFAULT 'ANY' NOT NULL;
ALTER TABLE ssh_keys ADD COLUMN last_used_ms BIGINT;

-- What a limited token, or a deploy key, allows at most.
CREATE TABLE token_rights (
  token BIGINT UNSIGNED NOT NULL,
  scope VARCHAR(512) NOT NULL,
  access_role VARCHAR(16) NOT NULL,
  expires_ms BIGINT,
  PRIMARY KEY (token, scope),
  KEY token_rights_scope (scope),
  CONSTRAINT token_rights_token FOREIGN KEY (token) REFERENCES tokens (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE key_rights (
  ssh_key BIGINT UNSIGNED NOT NULL,
  scope VARCHAR(512) NOT NULL,
  access_role VARCHAR(16) NOT NULL,
  expires_ms BIGINT,
  PRIMARY KEY (ssh_key, scope),
  KEY key_rights_scope (scope),
  CONSTRAINT key_rights_key FOREIGN KEY (ssh_key) REFERENCES ssh_keys (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE repositories ADD COLUMN is_archived BOOLEAN DEFAULT FALSE NOT NULL;

-- Who may see what is at and below a group, or a repository: PRIVATE, INTERNAL or PUBLIC. The nearest one counts.
CREATE TABLE visibilities (
  scope VARCHAR(512) NOT NULL,
  visibility VARCHAR(16) NOT NULL,
  PRIMARY KEY (scope)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Refs that not every writer may change, in a repository or below a group. Roles: READER to ADMINISTRATOR, or NOBODY.
CREATE TABLE ref_rules (
  scope VARCHAR(512) NOT NULL,
  pattern VARCHAR(255) NOT NULL,
  push_role VARCHAR(16) NOT NULL,
  force_role VARCHAR(16) NOT NULL,
  delete_role VARCHAR(16) NOT NULL,
  PRIMARY KEY (scope, pattern)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Where a repository was before it was renamed.
CREATE TABLE redirects (
  path VARCHAR(512) NOT NULL,
  repository CHAR(32) NOT NULL,
  PRIMARY KEY (path),
  KEY redirects_repository (repository),
  CONSTRAINT redirects_to FOREIGN KEY (repository) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
