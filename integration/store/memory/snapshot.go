package memory

import (
	"math"
	"sync"
	"sync/atomic"
)

// snapshots knows which views are open, so that versions they may read are kept.
type snapshots struct {
	mu     sync.Mutex
	active map[uint64]int // views by snapshot
	count  atomic.Int64
}

func (s *snapshots) open(published *atomic.Uint64) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active == nil {
		s.active = map[uint64]int{}
	}
	s.count.Add(1) // before the snapshot is read: a commit either sees the view or is seen by it
	at := published.Load()
	s.active[at]++
	return at
}

func (s *snapshots) close(at uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active[at]--; s.active[at] == 0 {
		delete(s.active, at)
	}
	s.count.Add(-1)
}

// oldest gives the oldest snapshot that is still read, at most published.
func (s *snapshots) oldest(published uint64) uint64 {
	if s.count.Load() == 0 {
		return published
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := uint64(math.MaxUint64)
	for at := range s.active {
		oldest = min(oldest, at)
	}
	return min(oldest, published)
}
