// Package insight asks the data of both sides what they foretell: levels of stock from forecasts instead of a rule of
// thumb, forecasts against what came, the value of customers and who may stay away, trends, what is bought together, and
// what a better policy would have saved. It reads the rows of the file alone, none later than the day on which it stands.
package insight
