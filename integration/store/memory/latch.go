package memory

import (
	"runtime"
	"sync"
)

// latch is a read-write lock for sections of a few microseconds. Whoever finds it
// taken looks again for a while before it parks: to park a goroutine and to wake its
// thread costs a hundred microseconds, many times what it waits for.
type latch struct{ lock sync.RWMutex }

// Lock takes the latch alone.
func (l *latch) Lock() {
	if !spin(l.lock.TryLock) {
		l.lock.Lock()
	}
}

// Unlock gives it back.
func (l *latch) Unlock() { l.lock.Unlock() }

// RLock takes the latch together with other readers.
func (l *latch) RLock() {
	if !l.lock.TryRLock() && !spin(l.lock.TryRLock) {
		l.lock.RLock()
	}
}

// RUnlock gives it back.
func (l *latch) RUnlock() { l.lock.RUnlock() }

// spin tries to take what is held for microseconds, for some hundred microseconds
// at most; others run in between.
func spin(try func() bool) bool {
	for round := range 30000 {
		if try() {
			return true
		}
		if round%100 == 99 {
			runtime.Gosched()
		}
	}
	return false
}
