-- Applied as a whole by migrate.ts, any number of times: each statement must leave alone what is there.
CREATE TABLE IF NOT EXISTS patients (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  family_name VARCHAR(200) NOT NULL,
  given_name VARCHAR(200) NOT NULL,
  birth_date DATE NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
