import { DIRECTORY_CHOICE } from './directory/choice';
import { PAYER_KINDS } from './index';

/**
 * The line under a node's name on the canvas: which payer it asks, then what it is set to. The names of the nodes alone do not say
 * that they belong to payers: Wait For Export may stand beside n8n's Wait.
 *
 * @param setting an n8n expression, without braces, that gives a text
 */
export function payerSubtitle(setting: string): string {
	// The first of several names: the line has some 30 characters.
	const names = Object.fromEntries(
		[...PAYER_KINDS, DIRECTORY_CHOICE].map(({ name, displayName }) => [name, displayName.split(' / ')[0]]),
	);
	const [first] = Object.values(names);
	const payer = `${JSON.stringify(names)}[$parameter["payerApi"]] ?? ${JSON.stringify(first)}`;
	return `={{ "Payer " + (${payer}) + ": " + (${setting}) }}`;
}
