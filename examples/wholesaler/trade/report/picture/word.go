package picture

import "fmt"

// Grouped writes a whole number with commas.
func Grouped(n int64) string {
	s := fmt.Sprint(n)
	at := len(s)
	if n < 0 {
		return "−" + Grouped(-n)
	}
	for at > 3 {
		at -= 3
		s = s[:at] + "," + s[at:]
	}
	return s
}

// Counted writes a number of things.
func Counted(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case what == "delivery":
		what = "deliverie"
	}
	return Grouped(int64(n)) + " " + what + "s"
}

// Upper begins a sentence.
func Upper(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
