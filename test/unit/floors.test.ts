/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { PAYER_KINDS } from '../../nodes/shared/payers';

/** The floors of nodes/shared, from the ground up. A room imports from lower floors and from itself; see CONTRIBUTING.md. */
const FLOORS = [
	['fhir'],
	['n8n', 'sqlOnFhir'],
	['exchange', 'http'],
	['files'],
	['signIn'],
	['payers'],
	['exportJob'],
] as const;
const NODES = join(__dirname, '..', '..', 'nodes');

const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.map((name) => name.split(sep).join('/'));
const sources = new Map(files.map((file) => [file, readFileSync(join(NODES, file), 'utf8')]));
const imports = new Map(
	[...sources].map(([file, source]) => [
		file,
		// Data that a file imports stands in the folder of its node, as the type check sees.
		[...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)(?<!\.json)'/g)].map(([, path]) =>
			target(file, path),
		),
	]),
);

/** The file that a relative import means. */
function target(file: string, path: string): string {
	const found = relative(NODES, join(NODES, dirname(file), path))
		.split(sep)
		.join('/');
	return sources.has(`${found}.ts`) ? `${found}.ts` : `${found}/index.ts`;
}

/** `shared/http` of a file on a floor, else the folder of its node. */
const roomOf = (file: string) =>
	file
		.split('/')
		.slice(0, file.startsWith('shared/') ? 2 : 1)
		.join('/');
const floorOf = (room: string) =>
	room.startsWith('shared/')
		? FLOORS.findIndex((rooms) => rooms.some((each) => `shared/${each}` === room))
		: FLOORS.length;

const arrows = [...imports].flatMap(([from, all]) => all.map((to) => ({ from, to })));
const listed = (some: typeof arrows) => some.map(({ from, to }) => `${from} imports ${to}`);

test('every file stands in a room, and every import is read', () => {
	expect(files.filter((file) => floorOf(roomOf(file)) < 0)).toEqual([]);
	expect(arrows.filter(({ to }) => !sources.has(to))).toEqual([]);
	expect(arrows.length).toBeGreaterThan(300);
});

test('no import runs up, across a floor, or from one node into another', () => {
	const wrong = arrows.filter(
		({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(roomOf(to)) >= floorOf(roomOf(from)),
	);
	expect(listed(wrong)).toEqual([]);
});

test('no imports run in a circle', () => {
	const done = new Set<string>();
	const circles: string[] = [];
	const walk = (file: string, path: string[]) => {
		if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
		if (path.includes(file) || done.has(file)) return;
		for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
		done.add(file);
	};
	files.forEach((file) => walk(file, []));
	expect(circles).toEqual([]);
});

test.each(PAYER_KINDS.map(({ name }) => name))(
	'%s is named in its own folder and in the list of payers',
	(name) => {
		const elsewhere = [...sources].filter(
			([file, source]) =>
				!file.startsWith(`shared/payers/${name}/`) &&
				file !== 'shared/payers/index.ts' &&
				new RegExp(`\\b${name}\\b`).test(
					source.replace(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$|'http:[^']*'/gm, ''),
				),
		);
		expect(elsewhere.map(([file]) => file)).toEqual([]);
	},
);
