/**
 * Every code of a mistake in a test file, with its meaning in one line. Codes are stable. Mistakes of notation (YAML, JSON,
 * unknown keys, wrong types) have the codes of rule files, because the same readers find them.
 */
export const TEST_CODES = {
  TEST000: 'A path that was given cannot be read.',
  TEST001: 'A test file holds no test.',
  TEST002: 'The top level of a test file is no object.',
  TEST003: 'A test has no name.',
  TEST004: 'Two tests of one file have the same name.',
  TEST005: 'A test has neither events nor logs.',
  TEST006: 'A test expects nothing.',
  TEST007: 'A count is no whole number and no range.',
  TEST008: 'A test names a definition that its rules do not hold.',
  TEST009: 'Two expectations of a test contradict each other or say the same.',
  TEST010: 'An option has a value that it cannot have.',
  TEST011: 'A log of a test cannot be read.',
  TEST012: 'There is no log format of that name.',
  TEST013: 'The events of a test are neither objects nor a text.',
  TEST014: 'The events of a test are of no known log format.',
  TEST015: 'The rules of a test cannot be found.',
  TEST016: 'A test asks for the wall clock.',
  TEST017: 'An expectation names no definition.',
  TEST018: 'The field map of a test cannot be read.',
  TEST019: 'A path in a test is not a relative path.',
} as const
