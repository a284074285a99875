-- Settings that are changed while services run. (The table settings of the first migration is used by nothing.)

-- Every change, counted together for all settings. content: null, from then on the setting is as configured. at_ms grows
-- with version, whatever the clocks say.
CREATE TABLE live_setting_changes (
  version BIGINT NOT NULL,
  name VARCHAR(64) NOT NULL,
  content VARCHAR(1024),
  owner VARCHAR(64) NOT NULL,
  at_ms BIGINT NOT NULL,
  reason VARCHAR(600) NOT NULL,
  PRIMARY KEY (version),
  KEY live_setting_changes_name (name, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The newest change of each setting, by its version.
CREATE TABLE live_settings (
  name VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (name),
  CONSTRAINT live_settings_change FOREIGN KEY (version) REFERENCES live_setting_changes (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
