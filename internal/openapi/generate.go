// Package openapi holds the HTTP surface as a document (openapi.yaml, written
// first) and the Go types generated from it. Encoders fill these types, so an
// answer cannot carry a field that the document does not name.
package openapi

//go:generate go tool oapi-codegen -config oapi-codegen.yaml -o openapi.gen.go openapi.yaml
