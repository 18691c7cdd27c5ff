import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { withoutErrors } from '../shared/n8n/errorItems';
import { ExchangeError, type ExchangeErrorDetails } from '../shared/n8n/exchangeError';
import { pluralize, type Hint } from '../shared/n8n/hints';

/** The outputs of Start Export. */
export const STARTED = 0;
export const NOT_STARTED = 1;

/** The error of a kick-off that may have reached the payer. It is not sent again, since that could start a second export. */
export function mayHaveStartedError({ httpStatus, whatToDo }: Partial<ExchangeErrorDetails>): ExchangeError {
	const sentBy = new Date().toISOString().slice(0, 19);
	const came = httpStatus === undefined ? 'no answer came' : `HTTP ${httpStatus} came`;
	return new ExchangeError(`The payer may have started the export: ${came}, which does not tell`, {
		whatToDo:
			`The request was sent before ${sentBy} UTC and is not sent again, since that could start a second export. Ask the payer whether the export runs, or run this item again once it has surely ended. ${whatToDo ?? ''}`.trim(),
		httpStatus,
		mayBeCarriedOut: true,
	});
}

/** Hints about exports of earlier runs, about members whose consent has ended, and about errors. */
export function startHints(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[started, notStarted]: INodeExecutionData[][],
): Hint[] {
	const { errors, errorOutput } = withoutErrors(context, notStarted, 'Not Started');
	return [...reusedHints(started), ...endedHints(notStarted), ...errorHints(errors, errorOutput)];
}

function errorHints(errors: number, output: string): Hint[] {
	if (errors === 0) return [];
	return [
		{
			message: `${pluralize(errors, 'export was', 'exports were')} not started. The output ${output} says why.`,
			type: 'warning',
		},
	];
}

function reusedHints(started: INodeExecutionData[]): Hint[] {
	const reused = started.filter(({ json }) => json.isReused === true).length;
	if (reused === 0) return [];
	return [
		{
			message: `${pluralize(reused, 'export was', 'exports were')} started by an earlier run and ${reused === 1 ? 'is' : 'are'} used again (option Use Running Exports). The column requestedAt says when.`,
			type: 'info',
		},
	];
}

function endedHints(notStarted: INodeExecutionData[]): Hint[] {
	const ended = notStarted.filter(({ json }) => json.outcome === CONSENT_ENDED).length;
	if (ended === 0) return [];
	return [
		{
			message: `No export was started for ${pluralize(ended, 'item', 'items')}: the consent has ended. The output Not Started says since when.`,
			type: 'warning',
		},
	];
}
