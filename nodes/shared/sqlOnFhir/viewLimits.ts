/** What a view may ask for. A view is written by a person, and cannot run for ever or fill the memory with one resource. */
export const VIEW_LIMITS = {
	/** Letters and tokens of one path: 250 codes joined by `or` fit. */
	pathLetters: 10_000,
	pathTokens: 1_000,
	columns: 500,
	/** Selects of a view, and how deep they may be nested. */
	selects: 500,
	selectDepth: 30,
	constants: 500,
	/** Rows of one resource. */
	rows: 100_000,
	/** Elements that are walked to make them: more, where a `forEach` inside another one finds nothing. */
	steps: 1_000_000,
	/** How deep `repeat` may follow elements; JSON is nested less deep. */
	repeatDepth: 200,
	/** Letters of a text that a path puts together. */
	textLetters: 10_000_000,
} as const;
