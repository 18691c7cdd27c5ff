/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'examples');

/** A node of an example, as its file has it. */
export interface FileNode {
	name: string;
	/** Without the package. */
	type: string;
	parameters: Record<string, unknown>;
	onError?: string;
}

/** A line of a canvas. */
export interface Link {
	from: string;
	output: number;
	to: string;
	input: number;
}

/** A workflow of examples/. */
export interface ExampleFile {
	file: string;
	nodes: FileNode[];
	links: Link[];
}

interface Stored {
	nodes: FileNode[];
	connections: Record<string, { main?: Array<Array<{ node: string; index: number }> | null> }>;
}

/** All workflows of examples/. */
export function exampleFiles(): ExampleFile[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.map((file) => {
			const { nodes, connections } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Stored;
			const links = Object.entries(connections).flatMap(([from, { main = [] }]) =>
				main.flatMap((targets, output) =>
					(targets ?? []).map(({ node: to, index: input }) => ({ from, output, to, input })),
				),
			);
			const short = (type: string) => type.slice(type.lastIndexOf('.') + 1);
			return { file, nodes: nodes.map((node) => ({ ...node, type: short(node.type) })), links };
		});
}

/** A node by its name. @throws where there is none */
export function nodeOf({ file, nodes }: ExampleFile, name: string): FileNode {
	const found = nodes.find((node) => node.name === name);
	if (!found) throw new Error(`${file} has no node ${name}`);
	return found;
}
