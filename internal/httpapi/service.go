package httpapi

import (
	"errors"
	"net/http"

	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

func (s *Server) readHealth(c echo.Context) error {
	return writeJSON(c, openapi.Health{Status: openapi.HealthStatusOk})
}

// readReadiness asks the database.
func (s *Server) readReadiness(c echo.Context) error {
	if err := s.Ready(c.Request().Context()); err != nil {
		if known := (*geodata.Error)(nil); errors.As(err, &known) && known.Kind == geodata.Unavailable {
			return err
		}
		return &geodata.Error{Kind: geodata.Unavailable, Code: "not-ready", Err: err,
			ZH: "服务尚未就绪：数据库没有应答。", EN: "The service is not ready: the database does not answer."}
	}
	return writeJSON(c, openapi.Health{Status: openapi.HealthStatusReady})
}

func (s *Server) readMetrics() echo.HandlerFunc {
	return echoprometheus.NewHandlerWithConfig(echoprometheus.HandlerConfig{Gatherer: s.registry})
}

// document is the OpenAPI document as JSON, a constant of the binary.
func document() ([]byte, error) { return openapi.GetSpecJSON() }

func (s *Server) readOpenAPI(c echo.Context) error {
	return c.JSONBlob(http.StatusOK, s.document)
}
