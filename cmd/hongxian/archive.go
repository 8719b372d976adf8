package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/httpapi"
	"hongxian/tiles"
	"hongxian/web"
)

// archiveOnly is what a server of an archive answers to all that needs a database.
var archiveOnly = &geodata.Error{Kind: geodata.Unavailable, Code: "archive-only",
	ZH: "本服务只提供一个瓦片存档，没有连接数据库，不能核查或查询。",
	EN: "This service has one tile archive and no database; it cannot check or look anything up."}

// serveArchive answers from one PMTiles archive, without a database, until ctx ends.
func serveArchive(ctx context.Context, f serveFlags, w io.Writer) (err error) {
	plain, err := httpapi.Listen(f.listen, f.insecure)
	if err != nil {
		return err
	}
	defer plain.Close()
	listener, err := f.encrypted(plain)
	if err != nil {
		return err
	}
	archive, err := tiles.OpenArchive(f.archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	renderer, err := tiles.NewRenderer(archive, tileCache)
	if err != nil {
		return err
	}
	held := archiveCatalogue{archive}
	server, err := httpapi.New(httpapi.Config{
		Catalogue: held, Tiles: renderer, Only: archiveOnly,
		Ready: func(context.Context) error { return nil },
		Paint: func(postgis.County) map[geodata.LayerKey]tiles.Paint {
			return map[geodata.LayerKey]tiles.Paint{archive.Version.Layer: archive.Paint}
		},
		Page: web.Files(), Log: slog.Default(), PublicURL: f.publicURL, Insecure: f.insecure, Origins: f.origins,
	})
	if err != nil {
		return err
	}
	address := pageAddress(f, listener.Addr())
	fmt.Fprintf(w, "瓦片存档 %s 已可访问：%s\nhongxian is serving the archive of %s at %s\n", archive.Version.Ref(), address, archive.Version.Ref(), address)
	return server.Serve(ctx, listener)
}

// archiveCatalogue knows the one version of an archive.
type archiveCatalogue struct{ *tiles.Archive }

// County implements httpapi.Catalogue.
func (a archiveCatalogue) County(_ context.Context, code string) (postgis.County, error) {
	if code != "" && code != a.Version.County {
		return postgis.County{}, &geodata.Error{Kind: geodata.NotFound, Code: "county-unknown",
			ZH: fmt.Sprintf("存档中没有县 %s。", code), EN: fmt.Sprintf("The archive has no county %s.", code)}
	}
	return postgis.County{Code: a.Version.County, NameZH: a.Version.County, NameEN: a.Version.County}, nil
}

// Layers implements httpapi.Catalogue.
func (a archiveCatalogue) Layers(context.Context, string) ([]geodata.Layer, error) {
	return []geodata.Layer{{Key: a.Version.Layer, TitleZH: a.Title, TitleEN: string(a.Version.Layer), Tiles: a.Tiling}}, nil
}

// Versions implements httpapi.Catalogue.
func (a archiveCatalogue) Versions(context.Context, string, geodata.LayerKey) ([]geodata.Version, error) {
	return []geodata.Version{a.Version}, nil
}

// Resolve implements httpapi.Catalogue.
func (a archiveCatalogue) Resolve(_ context.Context, ref geodata.VersionRef) (geodata.Version, error) {
	v := a.Version
	if ref.County != "" && ref.County != v.County || ref.Layer != v.Layer || ref.Label != "" && ref.Label != v.Label {
		return v, &geodata.Error{Kind: geodata.NotFound, Code: "version-unknown",
			ZH: fmt.Sprintf("存档中只有版本 %s。", v.Ref()), EN: fmt.Sprintf("The archive has the version %s only.", v.Ref())}
	}
	return v, nil
}
