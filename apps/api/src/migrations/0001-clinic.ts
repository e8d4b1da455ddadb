import type { Migration } from "./migration.ts";

const table = "ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_unicode_ci";

export const clinic: Migration = {
  name: "0001-clinic",
  kind: "expand",
  statements: [
    `CREATE TABLE accounts (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      name VARCHAR(200) NOT NULL,
      role VARCHAR(20) NOT NULL,
      password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
      one_time TINYINT NOT NULL DEFAULT 0,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL,
      disabled_at DATETIME(3) NULL,
      UNIQUE KEY by_email (email)
    ) ${table}`,
    `CREATE TABLE sessions (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      account_id INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      expires_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL,
      KEY by_account (account_id),
      KEY by_end (expires_at),
      CONSTRAINT sessions_account FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ${table}`,
    `CREATE TABLE refresh_tokens (
      hash BINARY(32) NOT NULL PRIMARY KEY,
      session_id INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      used_at DATETIME(3) NULL,
      KEY by_session (session_id),
      CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
    ) ${table}`,
    `CREATE TABLE sign_in_attempts (
      subject BINARY(32) NOT NULL PRIMARY KEY,
      window_start DATETIME(3) NOT NULL,
      failures INT UNSIGNED NOT NULL,
      KEY by_start (window_start)
    ) ${table}`,
    `CREATE TABLE patients (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      family_name VARCHAR(200) NOT NULL,
      given_name VARCHAR(200) NOT NULL,
      birth_date DATE NOT NULL,
      email VARCHAR(254) NULL,
      phone VARCHAR(40) NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      deleted_at DATETIME(3) NULL,
      KEY by_name (family_name, given_name, id),
      KEY by_birth_date (birth_date, family_name, given_name, id)
    ) ${table}`,
    `CREATE TABLE patient_versions (
      patient_id INT UNSIGNED NOT NULL,
      version INT UNSIGNED NOT NULL,
      changed_at DATETIME(3) NOT NULL,
      account_id INT UNSIGNED NOT NULL,
      kind VARCHAR(10) NOT NULL,
      family_name VARCHAR(200) NOT NULL,
      given_name VARCHAR(200) NOT NULL,
      birth_date DATE NOT NULL,
      email VARCHAR(254) NULL,
      phone VARCHAR(40) NULL,
      PRIMARY KEY (patient_id, version),
      CONSTRAINT patient_versions_patient FOREIGN KEY (patient_id) REFERENCES patients (id)
    ) ${table}`,
    `CREATE TABLE appointments (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      patient_id INT UNSIGNED NOT NULL,
      clinician_id INT UNSIGNED NOT NULL,
      starts_at DATETIME(3) NOT NULL,
      ends_at DATETIME(3) NOT NULL,
      time_zone VARCHAR(64) NOT NULL,
      reason VARCHAR(500) NULL,
      status VARCHAR(12) NOT NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY by_clinician (clinician_id, starts_at, id),
      KEY by_patient (patient_id, starts_at, id),
      CONSTRAINT appointments_patient FOREIGN KEY (patient_id) REFERENCES patients (id),
      CONSTRAINT appointments_clinician FOREIGN KEY (clinician_id) REFERENCES accounts (id)
    ) ${table}`,
    // A row for each five minutes that somebody is taken. Two appointments at one time would need the same row twice.
    ...(["clinician", "patient"] as const).map(
      (who) => `CREATE TABLE ${who}_slots (
      ${who}_id INT UNSIGNED NOT NULL,
      slot INT UNSIGNED NOT NULL,
      appointment_id INT UNSIGNED NOT NULL,
      PRIMARY KEY (${who}_id, slot),
      KEY by_appointment (appointment_id),
      CONSTRAINT ${who}_slots_appointment FOREIGN KEY (appointment_id) REFERENCES appointments (id)
    ) ${table}`,
    ),
    `CREATE TABLE documents (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      patient_id INT UNSIGNED NOT NULL,
      file CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(200) NOT NULL,
      media_type VARCHAR(100) CHARACTER SET ascii NOT NULL,
      bytes INT UNSIGNED NOT NULL,
      sha256 BINARY(32) NOT NULL,
      created_by INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      UNIQUE KEY by_file (file),
      KEY by_patient (patient_id, id),
      CONSTRAINT documents_patient FOREIGN KEY (patient_id) REFERENCES patients (id)
    ) ${table}`,
    `CREATE TABLE idempotency_keys (
      scope VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      key_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      mark BINARY(32) NOT NULL,
      reply MEDIUMBLOB NULL,
      created_at DATETIME NOT NULL,
      PRIMARY KEY (scope, idempotency_key),
      KEY by_age (created_at)
    ) ${table}`,
    `CREATE TABLE audit_log (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      at DATETIME(3) NOT NULL,
      account_id INT UNSIGNED NULL,
      action VARCHAR(40) CHARACTER SET ascii NOT NULL,
      subject VARCHAR(20) CHARACTER SET ascii NOT NULL,
      subject_id INT UNSIGNED NULL,
      detail TEXT NULL,
      request_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      KEY by_subject (subject, subject_id, id),
      KEY by_account (account_id, id)
    ) ${table}`,
    ...["UPDATE", "DELETE"].map((event) => ({
      sql: `CREATE TRIGGER audit_log_never_${event.toLowerCase()} BEFORE ${event} ON audit_log FOR EACH ROW
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log only grows'`,
      // ER_BINLOG_CREATE_ROUTINE_NEED_SUPER, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR
      unless: [1419, 1142, 1227],
      otherwise: `The database does not refuse ${event} on audit_log: with binary logs it needs log_bin_trust_function_creators = 1.`,
    })),
  ],
};
