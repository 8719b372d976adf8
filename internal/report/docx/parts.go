package docx

import _ "embed"

// styles are the looks a document may use, as Word's own styles, so that an
// editor can change a look in one place.
//
//go:embed parts/styles.xml
var styles string

//go:embed parts/settings.xml
var settings string

//go:embed parts/content_types.xml
var contentTypes string

//go:embed parts/package_relations.xml
var packageRelations string
