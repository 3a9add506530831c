package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// journal is the smallest database that outlives its process: what is committed in memory is written to a file, one
// line each, before it is acknowledged, and done again when the file is opened. A line that was cut off is no commit.
type journal struct {
	db     *memory.DB
	kinds  map[string]*store.Kind
	mu     sync.Mutex // commits and their lines have one order
	file   *os.File
	failed error
}

// line is a commit, or how far the events are forgotten.
type line struct {
	Tenant   string                  `json:"tenant"`
	Drawn    []drawn                 `json:"drawn,omitempty"`
	Puts     []put                   `json:"puts,omitempty"`
	Facts    []fact                  `json:"facts,omitempty"`
	Commands []work.CommandRecord    `json:"commands,omitempty"`
	Events   []work.Event            `json:"events,omitempty"`
	Levels   []inventory.LevelChange `json:"levels,omitempty"`
	Forget   int64                   `json:"forget,omitempty"`
}

type drawn struct {
	Company tandem.CompanyID `json:"company"`
	Series  string           `json:"series"`
	Date    tandem.Date      `json:"date"`
}

type put struct {
	Kind   string          `json:"kind"`
	Key    []byte          `json:"key"`
	Expect int64           `json:"expect"`
	State  json.RawMessage `json:"state"`
}

type fact struct {
	Kind   string `json:"kind"`
	Key    []byte `json:"key"`
	Values []byte `json:"values"`
}

func openJournal(ctx context.Context, address string) (store.Driver, func() error, error) {
	file, err := os.OpenFile(strings.TrimPrefix(address, "journal:"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	j := &journal{db: memory.New(), kinds: map[string]*store.Kind{}, file: file}
	kinds, err := store.Kinds()
	for _, k := range kinds {
		j.kinds[k.Name] = k
	}
	if err == nil {
		err = j.replay(ctx)
	}
	return j, file.Close, err
}

// replay does again what the file has, and cuts off what is no whole line.
func (j *journal) replay(ctx context.Context) error {
	var good int64
	for r := bufio.NewReader(j.file); ; {
		data, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var l line
		if err := json.Unmarshal(data, &l); err != nil {
			return fmt.Errorf("at byte %d: %w", good, err)
		}
		if err := j.redo(ctx, &l); err != nil {
			return fmt.Errorf("at byte %d: %w", good, err)
		}
		good += int64(len(data))
	}
	if err := j.file.Truncate(good); err != nil {
		return err
	}
	_, err := j.file.Seek(good, io.SeekStart)
	return err
}

func (j *journal) redo(ctx context.Context, l *line) error {
	if l.Forget > 0 {
		return j.db.ForgetEvents(ctx, l.Tenant, l.Forget)
	}
	batch := store.Batch{Commands: l.Commands, Events: l.Events, Levels: l.Levels}
	for _, p := range l.Puts {
		value, err := j.kinds[p.Kind].Decode(p.State)
		if err != nil {
			return err
		}
		batch.Puts = append(batch.Puts, store.Put{Kind: j.kinds[p.Kind], Key: store.Key(p.Key), Expect: p.Expect, Value: value})
	}
	for _, f := range l.Facts {
		values, err := store.DecodeValues(nil, f.Values)
		if err != nil {
			return err
		}
		batch.Facts = append(batch.Facts, store.FactWrite{Kind: j.kinds[f.Kind], Key: store.Key(f.Key), Values: values})
	}
	tx, err := j.db.Begin(ctx, l.Tenant, false)
	if err != nil {
		return err
	}
	for _, d := range l.Drawn {
		if _, err := tx.Next(ctx, d.Company, d.Series, d.Date); err != nil {
			tx.Rollback()
			return err
		}
	}
	return tx.Commit(ctx, &batch)
}

// Begin opens a transaction.
func (j *journal) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	tx, err := j.db.Begin(ctx, tenant, readOnly)
	return &written{Tx: tx, j: j, line: line{Tenant: tenant}}, err
}

// ForgetEvents lets go of events.
func (j *journal) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.db.ForgetEvents(ctx, tenant, upTo); err != nil || upTo == 0 {
		return err
	}
	return j.write(&line{Tenant: tenant, Forget: upTo})
}

func (j *journal) write(l *line) error {
	var data bytes.Buffer
	if j.failed == nil {
		j.failed = json.NewEncoder(&data).Encode(l)
	}
	if j.failed == nil {
		_, j.failed = j.file.Write(data.Bytes())
	}
	return j.failed
}

// written is a transaction whose commit is written to the file.
type written struct {
	store.Tx
	j    *journal
	line line
}

func (w *written) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	w.line.Drawn = append(w.line.Drawn, drawn{company, series, date})
	return w.Tx.Next(ctx, company, series, date)
}

func (w *written) Commit(ctx context.Context, batch *store.Batch) error {
	l := &w.line
	l.Commands, l.Events, l.Levels = batch.Commands, batch.Events, batch.Levels
	for i := range batch.Puts {
		p := &batch.Puts[i]
		state, err := p.Kind.Encode(p.Value)
		if err != nil {
			w.Rollback()
			return err
		}
		l.Puts = append(l.Puts, put{p.Kind.Name, p.Key[:], p.Expect, state})
	}
	for i := range batch.Facts {
		f := &batch.Facts[i]
		l.Facts = append(l.Facts, fact{f.Kind.Name, f.Key[:], store.AppendValues(nil, f.Values)})
	}
	w.j.mu.Lock()
	defer w.j.mu.Unlock()
	if w.j.failed != nil {
		w.Rollback()
		return w.j.failed
	}
	if err := w.Tx.Commit(ctx, batch); err != nil {
		return err
	}
	return w.j.write(l)
}
