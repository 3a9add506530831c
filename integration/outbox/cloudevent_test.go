package outbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/work"
)

const source = "/tandem/acme"

// Written by hand after the JSON event format of CloudEvents 1.0.2.
const golden = `{"specversion":"1.0","id":"00000000-0000-0000-0000-000000000009/sales_order/01000000-0000-0000-0000-000000000003/7","source":"/tandem/acme",` +
	`"type":"sales.order.confirmed","subject":"sales_order/01000000-0000-0000-0000-000000000003","time":"2026-11-20T12:00:00Z",` +
	`"partitionkey":"00000000-0000-0000-0000-000000000009/sales_order/01000000-0000-0000-0000-000000000003","sequence":"0000000000000000007","position":"0000000000000000042",` +
	`"company":"00000000-0000-0000-0000-000000000009","actor":"clerk","cause":"c1","datacontenttype":"application/json","data":{"n":1}}`

func goldenEvent() work.Event {
	e := event(3, 7)
	e.Position, e.Company = 42, tandem.IDFromBytes[tandem.CompanyID]([16]byte{15: 9})
	return e
}

func TestCloudEventIsThatOfTheSpecification(t *testing.T) {
	e := goldenEvent()
	got := string(outbox.CloudEvent(&e, source))
	require.Equal(t, golden, got)
	back, from, err := outbox.DecodeCloudEvent([]byte(golden))
	require.NoError(t, err)
	require.Equal(t, source, from)
	require.Equal(t, e, back)
	for _, c := range []struct{ payload, want string }{
		{"", `"cause":"c1"}`},
		{"\xff\x00", `"datacontenttype":"application/octet-stream","data_base64":"/wA="}`},
	} {
		e.Payload = []byte(c.payload)
		require.True(t, strings.HasSuffix(string(outbox.CloudEvent(&e, source)), c.want))
	}
}

// Attribute names are lower-case letters and digits, at most 20 (CloudEvents 1.0.2,
// §3); context attributes are strings that are not empty.
func TestCloudEventAttributesAreNamedByTheRule(t *testing.T) {
	var attributes map[string]any
	require.NoError(t, json.Unmarshal([]byte(golden), &attributes))
	for name, value := range attributes {
		require.Regexp(t, `^[a-z0-9]{1,20}$`, name)
		if name != "data" {
			require.IsType(t, "", value)
			require.NotEmpty(t, value)
		}
	}
}

func TestCloudEventsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")
		id[15] |= 1 // not nil
		text := func(name string) string { return rapid.String().Draw(t, name) }
		e := work.Event{Name: "n" + text("name"), Kind: tandem.DocumentKind(text("kind")), ID: [16]byte(id),
			Company:  tandem.IDFromBytes[tandem.CompanyID]([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "company"))),
			Sequence: rapid.Int64Min(0).Draw(t, "sequence"), Position: rapid.Int64Min(0).Draw(t, "position"),
			At:    tandem.InstantOfUnixMicro(rapid.Int64Range(0, 4_000_000_000_000_000).Draw(t, "at")),
			Actor: text("actor"), Cause: text("cause")}
		switch rapid.IntRange(0, 2).Draw(t, "payload") {
		case 0:
			e.Payload, _ = json.Marshal(rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.Int())).Draw(t, "JSON"))
		case 1:
			e.Payload = append([]byte{0xfe}, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")...)
		}
		from := "/" + text("source")
		data := outbox.CloudEvent(&e, from)
		require.True(t, json.Valid(data))
		back, gotSource, err := outbox.DecodeCloudEvent(data)
		require.NoError(t, err, "%s", data)
		require.Equal(t, from, gotSource)
		require.Equal(t, e, back)
	})
}

func TestFaultyCloudEventsAreRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"another version":                {`"specversion":"1.0"`, `"specversion":"0.3"`},
		"no source":                      {`"/tandem/acme"`, `""`},
		"no type":                        {`"sales.order.confirmed"`, `""`},
		"an id that is not the subject":  {`000000000003/7"`, `000000000003/8"`},
		"a subject that is no aggregate": {`"subject":"sales_order/01000000-0000-0000-0000-000000000003"`, `"subject":"x"`},
		"another partition key":          {`0009/sales_order/01000000-0000-0000-0000-000000000003","sequence`, `0008/sales_order/01000000-0000-0000-0000-000000000003","sequence`},
		"a short sequence":               {`"0000000000000000007"`, `"7"`},
		"a sequence that is no number":   {`"0000000000000000007"`, `"-000000000000000007"`},
		"a position out of range":        {`"0000000000000000042"`, `"9999999999999999999"`},
		"data twice":                     {`"data":{"n":1}`, `"data":{"n":1},"data_base64":"AA=="`},
		"data that is no base64":         {`"data":{"n":1}`, `"data_base64":"!"`},
		"an unknown attribute":           {`"cause":"c1"`, `"cause":"c1","colour":"red"`},
		"a key twice":                    {`"cause":"c1"`, `"cause":"c1","cause":"c1"`},
		"no JSON":                        {`{"specversion"`, `"specversion"`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, golden, change[0])
			_, _, err := outbox.DecodeCloudEvent([]byte(strings.Replace(golden, change[0], change[1], 1)))
			require.ErrorIs(t, err, tandem.ErrInvalid)
		})
	}
}

func FuzzDecodeCloudEvent(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(`{"specversion":"1.0"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, from, err := outbox.DecodeCloudEvent(data)
		if err != nil {
			return
		}
		back, again, err := outbox.DecodeCloudEvent(outbox.CloudEvent(&e, from))
		if err != nil || from != again || e.Identity() != back.Identity() || e.At != back.At {
			t.Fatalf("%+v comes back as %+v from %q: %v", e, back, again, err)
		}
	})
}
