package backup

// Parameter finds a parameter in a connection string.
var Parameter = parameter
