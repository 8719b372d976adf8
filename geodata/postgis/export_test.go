package postgis

// AtLeast compares a version with major.minor.
var AtLeast = atLeast

// MigrationLock is the advisory lock of Migrate.
const MigrationLock = migrationLock
