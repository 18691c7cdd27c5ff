import type { IDataObject } from 'n8n-workflow';
import { JsonMeter } from '../fhir/jsonMeter';
import { KEPT_ANSWERS_LIMITS } from '../fhir/limits';
import { rawAnswer, type PayerReply } from './reply';

/**
 * The answers that the items of one node run carry as they came. Each is within the limits of its kind, but n8n keeps all items of a run in
 * memory, so it is the sum that counts.
 */
export class KeptAnswers {
	private letters = 0;
	private values = 0;

	/** The answer as a column `response`; past the limits of a run, `responseOmitted` in its place. */
	json(reply: PayerReply): IDataObject {
		const meter = new JsonMeter({ values: Infinity, depth: Infinity });
		meter.push(reply.text);
		const [letters, values] = [this.letters + reply.text.length, this.values + meter.values];
		if (letters > KEPT_ANSWERS_LIMITS.letters || values > KEPT_ANSWERS_LIMITS.values) {
			return { responseOmitted: true };
		}
		[this.letters, this.values] = [letters, values];
		return { response: rawAnswer(reply) };
	}
}
