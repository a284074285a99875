-- Nodes that take the place of another one, or of their own lost disk. The repositories' logs say where each lives; these
-- rows only say what was asked for, and how far it was when somebody last looked.

-- state: RUNNING, CANCELLING, DONE or CANCELLED. leader: the router that works on it, unless leads_until_ms is over.
CREATE TABLE replacements (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  old_node VARCHAR(63) NOT NULL,
  new_node VARCHAR(63) NOT NULL,
  new_incarnation CHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  begun_ms BIGINT NOT NULL,
  ended_ms BIGINT,
  leader VARCHAR(64) NOT NULL,
  leads_until_ms BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY replacements_state (state)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- stage: COPYING, BLOCKED or MOVED.
CREATE TABLE moves (
  replacement BIGINT UNSIGNED NOT NULL,
  repository CHAR(32) NOT NULL,
  stage VARCHAR(16) NOT NULL,
  bytes_total BIGINT NOT NULL,
  bytes_done BIGINT NOT NULL,
  problem VARCHAR(1024) NOT NULL,
  PRIMARY KEY (replacement, repository),
  CONSTRAINT moves_replacement FOREIGN KEY (replacement) REFERENCES replacements (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX replicas_disk ON replicas (node, incarnation, repository);
