package jsonw_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem/internal/jsonw"
)

func ExampleObject() {
	o := jsonw.Object(nil)
	o.String("name", "Müller & Söhne")
	o.IntOmit("revision", 0)
	jsonw.Text(&o, "at", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	o.BeginArray("tags")
	o.Item().String("gold")
	o.Item().String("wholesale")
	o.EndArray()
	fmt.Printf("%s\n", o.Close())
	// Output: {"name":"Müller \u0026 Söhne","at":"2026-03-01T12:00:00Z","tags":["gold","wholesale"]}
}
