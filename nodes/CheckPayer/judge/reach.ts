import { DAY } from '../../shared/n8n/time';
import { pluralize } from '../../shared/n8n/hints';
import type { Answers } from '../answers';
import type { Asked } from '../ask/ask';
import type { CheckLine } from './lines';

/** Whether the payer's server answers, how, and how long its certificate and ours last. */

const SOON_MS = 30 * DAY;

/** Whether an HTTP answer came, be it good or bad. */
export function isAnswer(asked: Asked | undefined): boolean {
	if (asked === undefined) return false;
	return (
		!(asked instanceof Error) || (asked.details.httpStatus !== undefined && asked.details.httpStatus !== 407)
	);
}

/** The reason why nothing answers; undefined if something does, or nothing was asked but with a token that was not given. */
export function unreachable({ open, signedIn, smartConfiguration, udap }: Answers): CheckLine | undefined {
	if ([open, signedIn, smartConfiguration, udap].some(isAnswer)) return undefined;
	const error = open ?? signedIn;
	if (!(error instanceof Error) || error.details.noToken) return undefined;
	return { check: 'reach', state: 'blocks', ...saying(error) };
}

/** An error as a sentence and what to do, without the code that it begins with: an analyst has no use for it. */
export function saying(error: Exclude<Asked, { status: number }>): Pick<CheckLine, 'says' | 'whatToDo'> {
	return { says: error.message, whatToDo: error.details.whatToDo.replace(/^\([^()]{1,60}\) /, '') };
}

/** @param baseUrl the address that was asked */
export function reachLines(
	{ certificateEnds }: Answers,
	baseUrl: string,
	ownCertificateEnds: number | undefined,
	now: number,
): CheckLine[] {
	const lines: CheckLine[] = [{ check: 'reach', state: 'works', says: 'Its server answers' }];
	if (new URL(baseUrl).protocol !== 'https:') {
		lines.push({ check: 'tls', state: 'note', says: 'It is asked without TLS, on this computer' });
	} else if (certificateEnds === undefined) {
		lines.push({ check: 'tls', state: 'works', says: 'The connection is encrypted' });
		lines.push({
			check: 'certificate',
			state: 'note',
			says: 'This n8n does not show when the certificate of its server ends',
		});
	} else {
		lines.push({ check: 'tls', state: 'works', says: 'The connection is encrypted' });
		lines.push(...certificateLine('The certificate of its server', certificateEnds, now, 'Tell the payer.'));
	}
	if (ownCertificateEnds !== undefined) {
		lines.push(
			...certificateLine(
				'The client certificate of the credential',
				ownCertificateEnds,
				now,
				'Ask for a new one, register it at the payer, and enter it in the credential.',
			),
		);
	}
	return lines;
}

function certificateLine(whose: string, end: number, now: number, whatToDo: string): CheckLine[] {
	const day = dayOf(end);
	const left = end - now;
	if (left > SOON_MS)
		return [{ check: 'certificate', state: 'works', says: `${whose} is valid until ${day}` }];
	const days = pluralize(Math.max(0, Math.floor(left / DAY)), 'day', 'days');
	return [
		{
			check: 'certificate',
			state: 'limits',
			says: `${whose} ends on ${day}, in ${days}`,
			whatToDo: `${whatToDo} After that day no connection comes about.`,
		},
	];
}

/** The day of an instant, `yyyy-mm-dd` in UTC. */
export function dayOf(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}
