/** One judged number. */
export interface Finding {
	what: string;
	/** The median over the rounds. */
	value: number;
	/** Least and most of the rounds, where there were several. */
	from?: number;
	to?: number;
	unit?: string;
	target?: { atLeast?: number; atMost?: number };
}

const shown = (value: number) =>
	Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** Whether a target was met; undefined where there is none. */
export function isMet({ value, target }: Finding): boolean | undefined {
	if (!target) return undefined;
	return value >= (target.atLeast ?? -Infinity) && value <= (target.atMost ?? Infinity);
}

/** A Markdown table. */
export function tableOf(findings: readonly Finding[]): string {
	const rows = findings.map((finding) => {
		const { what, value, from, to, unit = '', target } = finding;
		const spread = from === undefined || to === undefined ? '' : `${shown(from)} – ${shown(to)}`;
		const wanted = target
			? `${target.atLeast === undefined ? '≤' : '≥'} ${shown(target.atLeast ?? target.atMost ?? 0)}`
			: '';
		const met = isMet(finding);
		return [
			what,
			`${shown(value)} ${unit}`.trim(),
			spread,
			wanted,
			met === undefined ? '' : met ? 'yes' : 'no',
		];
	});
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const head = ['what', 'median', 'least – most', 'target', 'met'];
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A curve of a plot. */
export interface Curve {
	name: string;
	points: ReadonlyArray<readonly [x: number, y: number]>;
}

const [WIDTH, HEIGHT, MARGIN] = [640, 400, 64];
const COLOURS = ['#0d9488', '#1f3a5f', '#d97706', '#be123c', '#7c3aed'];

/** A plot with logarithmic axes, where a straight line of slope 1 is cost that grows as the work does. */
export function plotOf(title: string, xLabel: string, yLabel: string, curves: readonly Curve[]): string {
	const all = curves.flatMap(({ points }) => points);
	const scale = (index: 0 | 1, from: number, to: number) => {
		const logs = all.map((point) => Math.log10(point[index]));
		const [least, most] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
		const place = (value: number) => from + ((Math.log10(value) - least) / (most - least || 1)) * (to - from);
		return { place, ticks: Array.from({ length: most - least + 1 }, (_, n) => 10 ** (least + n)) };
	};
	const x = scale(0, MARGIN, WIDTH - 16);
	const y = scale(1, HEIGHT - MARGIN, 40);
	const text = (at: string, words: string, more = '') => `<text ${at} ${more}>${words}</text>`;
	const grid = [
		...x.ticks.map(
			(tick) =>
				`<path d="M${x.place(tick)} 40V${HEIGHT - MARGIN}" stroke="#ddd"/>` +
				text(
					`x="${x.place(tick)}" y="${HEIGHT - MARGIN + 18}"`,
					tick.toLocaleString('en'),
					'text-anchor="middle"',
				),
		),
		...y.ticks.map(
			(tick) =>
				`<path d="M${MARGIN} ${y.place(tick)}H${WIDTH - 16}" stroke="#ddd"/>` +
				text(
					`x="${MARGIN - 6}" y="${y.place(tick) + 4}"`,
					String(Number(tick.toPrecision(1))),
					'text-anchor="end"',
				),
		),
	];
	const lines = curves.map(({ name, points }, index) => {
		const colour = COLOURS[index % COLOURS.length];
		const path = points.map((point) => `${x.place(point[0])},${y.place(point[1])}`).join(' ');
		return (
			`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>` +
			points
				.map(
					(point) => `<circle cx="${x.place(point[0])}" cy="${y.place(point[1])}" r="3" fill="${colour}"/>`,
				)
				.join('') +
			text(`x="${MARGIN + 10}" y="${58 + index * 16}"`, name, `fill="${colour}"`)
		);
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
		text(`x="${WIDTH / 2}" y="22"`, title, 'text-anchor="middle" font-size="15"'),
		text(`x="${WIDTH / 2}" y="${HEIGHT - 20}"`, xLabel, 'text-anchor="middle"'),
		text(`x="16" y="${HEIGHT / 2}"`, yLabel, `text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})"`),
		...grid,
		...lines,
		'</svg>\n',
	].join('\n');
}
