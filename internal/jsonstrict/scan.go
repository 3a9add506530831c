package jsonstrict

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Limits bound an input.
type Limits struct {
	Bytes  int // of the whole
	Depth  int // of nested objects and arrays
	Number int // characters of a number
	Faults int // reported before the rest is left unread
}

// Fault is one thing that is wrong. Err is set where a leaf refused its text.
type Fault struct {
	Code, Path, Message string
	Err                 error
}

// The codes of faults.
const (
	CodeSyntax    = "json_syntax"
	CodeSize      = "json_size"
	CodeDepth     = "json_depth"
	CodeDuplicate = "json_duplicate_key"
	CodeUnknown   = "json_unknown_key"
	CodeNumber    = "json_number"
	CodeType      = "json_type"
	CodeNull      = "json_null"
	CodeValue     = "json_value"
	CodeTooMany   = "json_too_many_faults"
)

// step is one step of a path: a member, or an element where name is empty.
type step struct {
	name  string
	index int
}

type scanner struct {
	data   []byte
	pos    int
	path   []step
	faults []Fault
	limits Limits
	dead   bool // nothing more can be read
}

func (s *scanner) add(code, message string, err error) {
	if s.dead {
		return
	}
	s.faults = append(s.faults, Fault{Code: code, Path: s.where(), Message: message, Err: err})
	if len(s.faults) >= s.limits.Faults {
		s.faults = append(s.faults, Fault{Code: CodeTooMany, Message: "too many faults; the rest was not read"})
		s.dead = true
	}
}

// fail reports a fault behind which nothing can be read.
func (s *scanner) fail(code, message string) {
	s.add(code, message, nil)
	s.dead = true
}

func (s *scanner) syntax() { s.fail(CodeSyntax, "malformed JSON at byte "+strconv.Itoa(s.pos)) }

func (s *scanner) where() string {
	var b []byte
	for _, p := range s.path {
		switch {
		case p.name == "":
			b = append(strconv.AppendInt(append(b, '['), int64(p.index), 10), ']')
		case len(b) > 0:
			b = append(append(b, '.'), p.name...)
		default:
			b = append(b, p.name...)
		}
	}
	return string(b)
}

func (s *scanner) push(p step) { s.path = append(s.path, p) }
func (s *scanner) pop()        { s.path = s.path[:len(s.path)-1] }

// peek skips white space and gives the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take consumes c if it is next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.pos >= len(s.data) {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) enter() bool {
	if len(s.path) >= s.limits.Depth {
		s.fail(CodeDepth, "nested too deeply")
	}
	s.pos++
	return !s.dead
}

// members calls visit with each name of an object, which must consume the value.
func (s *scanner) members(visit func(name string)) {
	if !s.enter() || s.take('}') {
		return
	}
	var seen names
	for !s.dead {
		if s.peek() != '"' {
			s.syntax()
			return
		}
		name := s.name()
		if s.dead {
			return
		}
		if !s.take(':') {
			s.syntax()
			return
		}
		s.push(step{name: printable(name)})
		if seen.add(name) {
			visit(name)
		} else {
			s.add(CodeDuplicate, "is given twice", nil)
			s.skip()
		}
		s.pop()
		if s.dead || s.take('}') {
			return
		}
		if !s.take(',') {
			s.syntax()
		}
	}
}

// elements calls visit with each index of an array, which must consume the value.
func (s *scanner) elements(visit func(i int)) {
	if !s.enter() || s.take(']') {
		return
	}
	for i := 0; !s.dead; i++ {
		s.push(step{index: i})
		visit(i)
		s.pop()
		if s.dead || s.take(']') {
			return
		}
		if !s.take(',') {
			s.syntax()
		}
	}
}

// skip reads a value that is decoded by someone else, or by nobody.
func (s *scanner) skip() {
	switch c := s.peek(); {
	case s.dead:
	case c == '{':
		s.members(func(string) { s.skip() })
	case c == '[':
		s.elements(func(int) { s.skip() })
	case c == '"':
		s.text()
	case c == '-' || c >= '0' && c <= '9':
		s.number()
	case !s.word("null") && !s.word("true") && !s.word("false"):
		s.syntax()
	}
}

// raw skips a value and gives its bytes.
func (s *scanner) raw() []byte {
	s.peek()
	start := s.pos
	if s.skip(); s.dead {
		return nil
	}
	return s.data[start:s.pos]
}

func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return false
	}
	s.pos += len(w)
	return true
}

func (s *scanner) number() {
	start := s.pos
	s.word("-")
	if whole := s.pos; s.digits() == 0 || s.data[whole] == '0' && s.pos > whole+1 {
		s.syntax()
		return
	}
	if s.word(".") && s.digits() == 0 {
		s.syntax()
		return
	}
	if s.word("e") || s.word("E") {
		if !s.word("+") {
			s.word("-")
		}
		if s.digits() == 0 {
			s.syntax()
			return
		}
		s.add(CodeNumber, "must have no exponent", nil)
	} else if s.pos-start > s.limits.Number {
		s.add(CodeNumber, "has too many digits", nil)
	}
}

func (s *scanner) digits() (n int) {
	for ; s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9'; s.pos++ {
		n++
	}
	return n
}

// text reads a string, its quotes included.
func (s *scanner) text() []byte {
	start := s.pos
	for s.pos++; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			raw := s.data[start:s.pos]
			if !utf8.Valid(raw) {
				s.fail(CodeSyntax, "is not valid UTF-8")
			}
			return raw
		case c < ' ':
			s.syntax()
			return nil
		case c == '\\' && !s.escape():
			s.syntax()
			return nil
		}
	}
	s.syntax()
	return nil
}

// escape reads what follows a backslash, up to its last byte. Halves of a
// surrogate pair are refused: encoding/json would replace them.
func (s *scanner) escape() bool {
	if s.pos+1 >= len(s.data) {
		return false
	}
	s.pos++
	if s.data[s.pos] != 'u' {
		return bytes.IndexByte([]byte(`"\/bfnrt`), s.data[s.pos]) >= 0
	}
	first, ok := s.hex(s.pos + 1)
	if !ok || first >= 0xdc00 && first < 0xe000 {
		return false
	}
	s.pos += 4
	if first < 0xd800 || first >= 0xe000 {
		return true
	}
	second, ok := s.hex(s.pos + 3)
	if !ok || !bytes.HasPrefix(s.data[s.pos+1:], []byte(`\u`)) || second < 0xdc00 || second >= 0xe000 {
		return false
	}
	s.pos += 6
	return true
}

func (s *scanner) hex(at int) (uint64, bool) {
	if at+4 > len(s.data) {
		return 0, false
	}
	for _, c := range s.data[at : at+4] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return 0, false
		}
	}
	v, err := strconv.ParseUint(string(s.data[at:at+4]), 16, 32)
	return v, err == nil
}

func (s *scanner) name() string {
	raw := s.text()
	if s.dead {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	var name string
	if err := json.Unmarshal(raw, &name); err != nil {
		s.syntax()
	}
	return name
}

// printable keeps what the input chose out of the paths of faults, unless it
// looks like a name.
func printable(name string) string {
	if name == "" || len(name) > 64 {
		return "?"
	}
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return "?"
		}
	}
	return name
}

// names is the set of the names of one object: a list while they are few.
type names struct {
	few  []string
	many map[string]struct{}
}

// add reports whether the name is new.
func (n *names) add(name string) bool {
	if n.many != nil {
		before := len(n.many)
		n.many[name] = struct{}{}
		return len(n.many) > before
	}
	for _, known := range n.few {
		if known == name {
			return false
		}
	}
	if n.few = append(n.few, name); len(n.few) > 32 {
		n.many = make(map[string]struct{}, 2*len(n.few))
		for _, known := range n.few {
			n.many[known] = struct{}{}
		}
	}
	return true
}
