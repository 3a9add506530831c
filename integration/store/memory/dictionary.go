package memory

import (
	"hash/maphash"

	"github.com/tandem-go/tandem/internal/arena"
	"github.com/tandem-go/tandem/internal/probe"
)

// maxShared is the longest text that is kept in the dictionary: codes, units and
// numbers of documents recur, sentences do not.
const maxShared = 32

// dictionary keeps the ids and short texts of a tenant's facts once; a fact names
// them by number. Whoever stages a commit may add to it, be the commit refused
// later; readers take no lock.
type dictionary struct {
	seed  maphash.Seed
	ids   words[[16]byte]
	texts words[string]
}

type words[T comparable] struct {
	adding latch
	list   arena.Arena[T]
	byHash probe.Table
}

func (w *words[T]) find(hash uint64, word T) int {
	for c := w.byHash.Seek(hash); ; {
		n, ok := c.Next()
		if !ok {
			return -1
		}
		if *w.list.At(n) == word {
			return n
		}
	}
}

// number gives the number of a word, and adds the word if it is new.
func (w *words[T]) number(hash uint64, word T) uint64 {
	if n := w.find(hash, word); n >= 0 {
		return uint64(n)
	}
	w.adding.Lock()
	defer w.adding.Unlock()
	n := w.find(hash, word)
	if n < 0 {
		n = w.list.Append(func(p *T) { *p = word })
		w.byHash.Add(hash, n)
	}
	return uint64(n)
}

// word gives the word of a number, false where there is none.
func (w *words[T]) word(number uint64) (word T, ok bool) {
	if number >= uint64(w.list.Len()) {
		return word, false
	}
	return *w.list.At(int(number)), true
}

func (d *dictionary) id(id [16]byte) uint64 { return d.ids.number(maphash.Bytes(d.seed, id[:]), id) }

func (d *dictionary) text(s string) uint64 { return d.texts.number(maphash.String(d.seed, s), s) }
