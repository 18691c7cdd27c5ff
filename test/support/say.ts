/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** Tells whoever runs the tests what takes so long, such as a first install. */
export function say(text: string): void {
	process.stderr.write(`${text}\n`);
}
