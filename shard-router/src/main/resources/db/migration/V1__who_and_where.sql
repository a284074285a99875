-- Who may do what, and where each repository lives. One text for MySQL, MariaDB and H2 (MODE=MySQL): the portable subset
-- only. Names compare byte by byte everywhere (utf8mb4_bin); times are milliseconds since 1970 in UTC.

CREATE TABLE settings (
  name VARCHAR(64) NOT NULL,
  content VARCHAR(1024) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(64) NOT NULL,
  is_admin BOOLEAN NOT NULL,
  is_disabled BOOLEAN NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- fingerprint: SHA-256 of the key in SSH wire format, which is kept whole beside it.
CREATE TABLE ssh_keys (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  user_id BIGINT UNSIGNED NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  wire_form VARBINARY(4096) NOT NULL,
  key_type VARCHAR(64) NOT NULL,
  remark VARCHAR(255) NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ssh_keys_fingerprint (fingerprint),
  CONSTRAINT ssh_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- secret_hash: SHA-256 of the token's text, which is stored nowhere.
CREATE TABLE tokens (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  user_id BIGINT UNSIGNED NOT NULL,
  secret_hash BINARY(32) NOT NULL,
  label VARCHAR(200) NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT,
  is_revoked BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY tokens_secret_hash (secret_hash),
  CONSTRAINT tokens_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- scope: path of a group or a repository, or '*'. access_role: READER, WRITER or ADMINISTRATOR.
CREATE TABLE grants (
  user_id BIGINT UNSIGNED NOT NULL,
  scope VARCHAR(512) NOT NULL,
  access_role VARCHAR(16) NOT NULL,
  PRIMARY KEY (user_id, scope),
  KEY grants_scope (scope),
  CONSTRAINT grants_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- incarnation: of the disk that was registered; null until the node was first reached.
CREATE TABLE nodes (
  name VARCHAR(63) NOT NULL,
  zone VARCHAR(63) NOT NULL,
  address VARCHAR(300) NOT NULL,
  incarnation CHAR(32),
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE shards (
  name VARCHAR(63) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE shard_nodes (
  shard VARCHAR(63) NOT NULL,
  slot INT NOT NULL,
  node VARCHAR(63) NOT NULL,
  PRIMARY KEY (shard, slot),
  UNIQUE KEY shard_nodes_node (shard, node),
  CONSTRAINT shard_nodes_shard FOREIGN KEY (shard) REFERENCES shards (name),
  CONSTRAINT shard_nodes_known FOREIGN KEY (node) REFERENCES nodes (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The directory: where a repository lived when somebody last looked. The nodes' logs are the authority, so generation
-- only moves forward. phase: CREATING, ACTIVE or DELETING.
CREATE TABLE repositories (
  id CHAR(32) NOT NULL,
  path VARCHAR(512) NOT NULL,
  shard VARCHAR(63) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  generation BIGINT NOT NULL,
  default_branch VARCHAR(255) NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY repositories_path (path),
  KEY repositories_phase (phase),
  CONSTRAINT repositories_shard FOREIGN KEY (shard) REFERENCES shards (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Members of the generation above. is_confirmed: the member once had its replica; it is never created a second time.
CREATE TABLE replicas (
  repository CHAR(32) NOT NULL,
  slot INT NOT NULL,
  node VARCHAR(63) NOT NULL,
  incarnation CHAR(32) NOT NULL,
  is_confirmed BOOLEAN NOT NULL,
  PRIMARY KEY (repository, slot),
  KEY replicas_confirmed (is_confirmed),
  CONSTRAINT replicas_repository FOREIGN KEY (repository) REFERENCES repositories (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
