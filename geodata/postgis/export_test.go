package postgis

// AtLeast compares a version with major.minor.
var AtLeast = atLeast

// MigrationLock is the advisory lock of Migrate.
const MigrationLock = migrationLock

// CompareSteps compares steps that were taken with those that are known.
var CompareSteps = compareSteps
