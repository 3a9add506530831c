package nats

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/work"
)

// Config of a publisher. The zero value is the documented default.
type Config struct {
	Prefix string // of the subjects: tokens between dots; default `tandem`
	Tenant string // a token of the subjects behind the prefix, and part of the message id; default none
	Source string // of the CloudEvents, a URI reference; default `/prefix/tenant`
	Stream string // the stream that must take the events; default any that has the subject
	Window int    // messages that wait for their acknowledgement at once, at most 65,536; default 1,024
}

// Publisher is an outbox.Publisher to JetStream. It is safe for concurrent use.
type Publisher struct {
	js      jetstream.JetStream
	config  Config
	subject string // with a dot behind it
}

var _ outbox.Publisher = (*Publisher)(nil)

// New gives a publisher. The JetStream context should be made with
// jetstream.WithPublishAsyncTimeout, so that messages without an answer do not wait
// for ever in it, and with WithPublishAsyncMaxPending above Config.Window where that
// is above its default of 4,000. It may be used for other things, too.
func New(js jetstream.JetStream, config Config) (*Publisher, error) {
	if config.Prefix == "" {
		config.Prefix = "tandem"
	}
	if config.Window == 0 {
		config.Window = 1024
	}
	var c tandem.Check
	c.Require(js != nil, "jetstream_missing", "js", "must be given")
	c.Require(cleanSubject(config.Prefix), "subject_prefix", "prefix", "must be tokens of a subject, of printable ASCII, between dots")
	c.Require(config.Tenant == "" || cleanSubject(config.Tenant) && !strings.Contains(config.Tenant, "."), "subject_tenant", "tenant", "must be one token of a subject, of printable ASCII")
	c.Require(config.Window >= 1 && config.Window <= 65_536, "publish_window", "window", "must be between 1 and 65,536")
	if err := c.Err("NATS publisher"); err != nil {
		return nil, err
	}
	p := &Publisher{js: js, config: config, subject: config.Prefix + "."}
	if config.Tenant != "" {
		p.subject += config.Tenant + "."
	}
	if config.Source == "" {
		p.config.Source = "/" + strings.ReplaceAll(strings.TrimSuffix(p.subject, "."), ".", "/")
	}
	return p, nil
}

// cleanSubject reports whether a text is tokens of a subject without wildcards.
func cleanSubject(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || c == '*' || c == '>' {
			return false
		}
	}
	return s != "" && s[0] != '.' && s[len(s)-1] != '.' && !strings.Contains(s, "..")
}

// Subject gives the subject of the events of a name.
func (p *Publisher) Subject(name string) string { return p.subject + name }

// MessageID gives the id of an event's message, by which JetStream knows it again.
func (p *Publisher) MessageID(event *work.Event) string {
	if p.config.Tenant == "" {
		return event.Identity()
	}
	return p.config.Tenant + "/" + event.Identity()
}

func (p *Publisher) message(event *work.Event) (*nats.Msg, error) {
	if !cleanSubject(event.Name) {
		return nil, fmt.Errorf("nats: the name %q is no subject: %w", event.Name, outbox.ErrRefused)
	}
	m := nats.NewMsg(p.Subject(event.Name))
	m.Header.Set("Content-Type", outbox.CloudEventType)
	m.Data = outbox.CloudEvent(event, p.config.Source)
	return m, nil
}

// Publish sends the events without waiting for one another, and waits for the
// acknowledgement of each. What JetStream will never take, for its size or its name,
// matches outbox.ErrRefused.
func (p *Publisher) Publish(ctx context.Context, events []work.Event) []error {
	errs := make([]error, len(events))
	futures := make([]jetstream.PubAckFuture, len(events))
	waiting := 0 // the first that has no answer yet
	for i := range events {
		if i-waiting >= p.config.Window {
			errs[waiting] = p.await(ctx, futures[waiting], errs[waiting])
			waiting++
		}
		futures[i], errs[i] = p.send(ctx, &events[i])
	}
	for ; waiting < len(events); waiting++ {
		errs[waiting] = p.await(ctx, futures[waiting], errs[waiting])
	}
	return errs
}

func (p *Publisher) send(ctx context.Context, event *work.Event) (jetstream.PubAckFuture, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m, err := p.message(event)
	if err != nil {
		return nil, err
	}
	options := []jetstream.PublishOpt{jetstream.WithMsgID(p.MessageID(event))}
	if p.config.Stream != "" {
		options = append(options, jetstream.WithExpectStream(p.config.Stream))
	}
	future, err := p.js.PublishMsgAsync(m, options...)
	return future, judged(err)
}

// await waits for the answer to a message that was sent.
func (p *Publisher) await(ctx context.Context, future jetstream.PubAckFuture, err error) error {
	if future == nil {
		return err
	}
	select {
	case <-future.Ok():
		return nil
	case err := <-future.Err():
		return judged(err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// messageExceedsMaximum is the server's code for a message larger than its stream takes.
const messageExceedsMaximum jetstream.ErrorCode = 10054

// judged tells errors by which a message is refused from those of a bus that is away.
func judged(err error) error {
	var api *jetstream.APIError
	if errors.Is(err, nats.ErrMaxPayload) || errors.As(err, &api) && api.ErrorCode == messageExceedsMaximum {
		return fmt.Errorf("%w: %w", outbox.ErrRefused, err)
	}
	return err
}
