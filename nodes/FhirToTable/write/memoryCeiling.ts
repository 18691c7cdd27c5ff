import { ITEMS_LIMITS } from '../../shared/fhir/limits';
import { ExchangeError } from '../../shared/n8n/exchangeError';

/** What may be held in memory of rows that leave as text, or as a file that cannot be stored as it grows. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What the tables of a run hold in memory together. */
export class MemoryCeiling {
	private rows = 0;
	private bytes = 0;

	/** Counts a row that leaves as an item. @throws ExchangeError if there are too many */
	takeRow(): void {
		this.rows += 1;
		if (this.rows <= ITEMS_LIMITS.resources) return;
		throw new ExchangeError(
			`The rows are more than ${ITEMS_LIMITS.resources.toLocaleString('en-US')}, and n8n keeps all items in memory`,
			{ whatToDo: "Set 'Rows As' to CSV File, NDJSON File or JSON Text." },
		);
	}

	/** Counts bytes, or letters, of rows. @param whatToDo where there are too many. @throws ExchangeError then */
	takeBytes(bytes: number, whatToDo: string): void {
		this.bytes += bytes;
		if (this.bytes <= MAX_BYTES) return;
		throw new ExchangeError('The rows are more than what is held in memory (256 MB)', { whatToDo });
	}
}
