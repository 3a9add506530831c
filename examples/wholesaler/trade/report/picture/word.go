package picture

import (
	"fmt"
	"strings"
)

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

// Wrapped breaks a sentence into lines at blanks, though not before a percent sign.
func Wrapped(s string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(strings.ReplaceAll(s, " %", "\u00a0%")) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\u00a0", " ")
	}
	return lines
}

// Clip gives a text of at most so many letters.
func Clip(s string, most int) string {
	if letters := []rune(s); len(letters) > max(most, 1) {
		return strings.TrimRight(string(letters[:max(most, 1)-1]), " ,") + "…"
	}
	return s
}

// Clipped gives a text that is at most so wide, in drawing units.
func Clipped(s string, width float64) string { return Clip(s, int(width/Letter)) }
