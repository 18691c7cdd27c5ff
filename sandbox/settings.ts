/** One place where the contract is silent: its default, what it may be, and how a text or JSON value is read. */
export interface Setting<T> {
	initial: T;
	about: string;
	allowed: string;
	/** The value, or undefined where it is not one of those allowed. */
	read: (value: unknown) => T | undefined;
}

/** One of some values; the first is the default. */
export function choice<const T extends string | number>(
	values: readonly [T, ...T[]],
	about: string,
): Setting<T> {
	return {
		initial: values[0],
		about,
		allowed: values.join(' | '),
		read: (value) => values.find((candidate) => String(candidate) === String(value)),
	};
}

/** Any text. */
export function text(initial: string, about: string): Setting<string> {
	return {
		initial,
		about,
		allowed: 'text',
		read: (value) => (typeof value === 'string' ? value : undefined),
	};
}

function readWhole(value: unknown, least: number, most: number): number | undefined {
	const isNumeral = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
	const number = isNumeral ? Number(value) : Number.NaN;
	return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
}

/** A whole number. */
export function whole(initial: number, least: number, most: number, about: string): Setting<number> {
	return {
		initial,
		about,
		allowed: `${least} to ${most}`,
		read: (value) => readWhole(value, least, most),
	};
}

function wholeOrEmpty(least: number, most: number, about: string): Setting<number | ''> {
	return {
		initial: '',
		about,
		allowed: `empty, or ${least} to ${most}`,
		read: (value) => (value === '' ? '' : readWhole(value, least, most)),
	};
}

/** Every place where the contract is silent, with the answers that a gateway could give there. */
export const settingsTable = {
	matchAnswer: choice(
		['parameters', 'json', 'group-reference', 'matched-members', 'group'],
		'where the answer to a matched member holds the group id',
	),
	noMatchAnswer: choice(
		['422', '422-empty', '422-html', '200-empty-group', '200-operation-outcome', '404', '400'],
		'how no match, several matches and a refused consent are answered',
	),
	kickOffStatus: choice([200, 202], 'HTTP status of the export kick-off'),
	jobIdIn: choice(
		['text', 'content-location', 'both', 'diagnostics', 'finished'],
		'where the kick-off answer holds the job id; finished: it is the finished manifest itself',
	),
	responseHost: text(
		'https://gateway.1upcoredev.com',
		'the host that the kick-off writes into the job address (empty: its own)',
	),
	fileHost: text('', 'the host in output[].url (empty: its own)'),
	runningStatus: choice([200, 202], 'HTTP status of a running job; 202 has an empty body and X-Progress'),
	runningWord: text('Running', 'the status word of a running job'),
	failedWord: text('Failed', 'the status word of a failed job'),
	retryAfter: text('', 'Retry-After of a running job, sent as it is (empty: as the member says)'),
	runningPolls: wholeOrEmpty(0, 100_000, 'status calls answered as running (empty: as the member says)'),
	tokenSeconds: whole(300, 1, 86_400, 'life of an access token'),
	resources: wholeOrEmpty(100, 10_000_000, 'resources of the member "large" (empty: 5,000)'),
} as const;

export type SettingName = keyof typeof settingsTable;

export type Settings = {
	[Name in SettingName]: (typeof settingsTable)[Name] extends Setting<infer Value> ? Value : never;
};

/** The settings that a sandbox starts with. */
export function defaultSettings(): Settings {
	const pairs = Object.entries(settingsTable).map(([name, setting]) => [name, setting.initial]);
	return Object.fromEntries(pairs) as Settings;
}

/** Reads a partial change by a table of settings: the change, or what is wrong with its first bad key or value. */
export function readWith<Table extends Record<string, Setting<unknown>>>(
	table: Table,
	change: unknown,
): { settings: { [Name in keyof Table]?: Table[Name]['initial'] } } | { complaint: string } {
	if (typeof change !== 'object' || change === null || Array.isArray(change)) {
		return { complaint: 'Settings must be a JSON object.' };
	}
	const settings: { [Name in keyof Table]?: Table[Name]['initial'] } = {};
	for (const [name, value] of Object.entries(change)) {
		if (!Object.hasOwn(table, name)) {
			return { complaint: `There is no setting "${name}", only ${Object.keys(table).join(', ')}.` };
		}
		const setting = table[name];
		const read = setting.read(value);
		if (read === undefined) {
			return { complaint: `Setting "${name}" cannot be ${JSON.stringify(value)}, only ${setting.allowed}.` };
		}
		settings[name as keyof Table] = read;
	}
	return { settings };
}

/** Checks a partial change of the settings: the change as read, or what is wrong with its first bad key or value. */
export function readSettings(change: unknown): { settings: Partial<Settings> } | { complaint: string } {
	return readWith(settingsTable, change);
}
