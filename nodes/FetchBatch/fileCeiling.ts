import { FILE_LIMITS } from '../shared/fhir/limits';
import { ExchangeError } from '../shared/n8n/exchangeError';

const GIGABYTE = 1024 * 1024 * 1024;

/**
 * Passes the bytes of a file through, and ends a file that is far larger than it can be: ten times the lines that the manifest promises, or
 * the size that the analyst set. What the payer states of the size is no measure: n8n unpacks gzip, and then the stated size is that of the
 * packed file; of one that is not packed, HTTP itself ends the body there.
 *
 * @param promised number of resources that the manifest states
 * @param lines how many lines have come
 * @throws ExchangeError at a ceiling; n8n then keeps nothing of the file
 */
export async function* withinFileCeiling(
	pieces: AsyncIterable<Uint8Array>,
	{ gigabytes, promised, lines }: { gigabytes: number; promised?: number; lines: () => number },
): AsyncGenerator<Uint8Array> {
	const { timesPromised, leastPromised } = FILE_LIMITS;
	const mostLines =
		promised === undefined ? Infinity : timesPromised * Math.max(Math.ceil(promised), leastPromised);
	let bytes = 0;
	for await (const piece of pieces) {
		bytes += piece.length;
		if (bytes > gigabytes * GIGABYTE) {
			throw tooMuch(
				`is larger than ${gigabytes} GB`,
				'If it is as it should be, raise Options > File Size Up To (GB).',
			);
		}
		if (lines() > mostLines) {
			throw tooMuch(
				`has more than ${mostLines.toLocaleString('en-US')} lines, though the manifest promises ${promised} resources`,
				'Ask the payer.',
			);
		}
		yield piece;
	}
}

function tooMuch(what: string, advice: string): ExchangeError {
	return new ExchangeError(`The file ${what}, so nothing of it was kept`, {
		whatToDo: `It was not read to its end, since it could fill the disk of n8n. ${advice}`,
	});
}
