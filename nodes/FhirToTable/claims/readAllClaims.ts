import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError, rethrown } from '../../shared/n8n/exchangeError';
import { optionsOf } from '../../shared/n8n/parameters';
import { Progress, throwIfStopped, Turns } from '../../shared/n8n/longRun';
import { payerKeyOf, readInput } from '../read/inputResources';
import { ownIdentifiers } from './identifiers';
import { RunClaims } from './runClaims';

/**
 * Reads the claims of all input items, before any row is made: what stands depends on all of them. An item that cannot be read is left to the
 * second reading, which reports it; of what it belongs to, something is missing then.
 *
 * @throws ExchangeError if the option is filled in wrongly, there are too many claims, or the run was stopped
 */
export async function readAllClaims(context: IExecuteFunctions): Promise<RunClaims> {
	const claims = new RunClaims(ownIdentifiers(optionsOf(context, 0).ownIdentifiers));
	const items = context.getInputData();
	const progress = new Progress(context);
	const turns = new Turns();
	const pause = async () => {
		throwIfStopped(context);
		progress.report(() => `${claims.size} claims have been looked at, before rows are made of them`);
		await turns.next();
	};
	for (let itemIndex = 0; itemIndex < items.length; itemIndex += 1) {
		const { json } = items[itemIndex];
		let payer: string | null = null;
		try {
			payer = payerKeyOf(context, itemIndex) || null;
			await readInput(context, itemIndex, {
				keepsBundles: false,
				onResource: (resource, origin, _line, text) => claims.look(resource, origin, text),
				afterChunk: pause,
			});
			claims.parts.add(json, payer);
		} catch (error) {
			if (error instanceof ExchangeError && error.details.concerns === 'run') throw rethrown(error);
			claims.parts.addUnread(json, payer);
		}
	}
	claims.close();
	return claims;
}
