/** What a payer states of a file, or of a whole export. */
export interface StatedFacts {
	/** Number of resources. */
	count?: number;
	/** Bytes. */
	size?: number;
	/** As written, e.g. `sha256:` and 64 hexadecimal digits. */
	checksum?: string;
}

/** What came of it. */
export interface CameFacts {
	/** Numbers of resources, any of which the payer may mean, the usual one first. */
	counts: readonly number[];
	/** Bytes after decompression, and their SHA-256 (hexadecimal); undefined if not all was read. */
	bytes?: number;
	sha256?: string;
	/** Bytes as transferred, where the payer states them in advance. */
	transferred?: number;
}

/** How what came differs from what is stated. */
export interface FactsCompared {
	/** A sentence for each difference that means that something is missing or altered. */
	differences: string[];
	/** A sentence for each fact that could not be compared. */
	findings: string[];
	/** There are fewer bytes than stated, or others, so taking it again may bring the rest. A count alone is too often wrong. */
	isWorthAnotherAttempt: boolean;
}

/**
 * Compares all that a payer states with what came.
 *
 * A checksum is that of the content, so it is compared with the decompressed bytes (DPC and AB2D, "file integrity"). A size may mean the
 * decompressed bytes (DPC, AB2D) or the transferred ones (Bulk Data 4 leaves it open), and n8n does not tell whether a body was
 * compressed: it was not where as many bytes came as were announced. Otherwise only too few bytes for either meaning are a difference.
 *
 * @param sayCount the sentence for a count that differs
 */
export function compareFacts(
	{ count, size, checksum }: StatedFacts,
	{ counts, bytes, sha256, transferred }: CameFacts,
	sayCount: (stated: number, came: number) => string,
): FactsCompared {
	const compared: FactsCompared = { differences: [], findings: [], isWorthAnotherAttempt: false };
	const differ = (sentence: string, isLess: boolean) => {
		compared.differences.push(sentence);
		compared.isWorthAnotherAttempt ||= isLess;
	};
	const [usual] = counts;
	if (count !== undefined && !counts.includes(count)) differ(sayCount(count, usual), false);
	if (bytes === undefined || sha256 === undefined) return compared;
	const digest = checksum === undefined ? undefined : sha256Of(checksum);
	if (checksum !== undefined && digest === undefined) {
		compared.findings.push(
			'The payer states a checksum of a kind that is not known here: it was not compared.',
		);
	}
	if (digest !== undefined && digest !== sha256) {
		differ('The checksum that the payer states is not that of the file.', true);
	}
	// The right checksum says that the bytes are the right ones, whatever the size counts.
	if (size === undefined || size === bytes || digest === sha256) return compared;
	const isPlain = transferred === bytes;
	const isShort = bytes + (isPlain ? 0 : COMPRESSION_OVERHEAD) < size;
	if (isPlain || isShort) {
		differ(`The payer states ${size} bytes; ${bytes} came.`, isShort);
	} else if (transferred !== size) {
		compared.findings.push(
			`The payer states ${size} bytes; ${bytes} came, perhaps of a compressed file: it was not compared.`,
		);
	}
	return compared;
}

/** Gzip makes a text longer only where it is tiny, and by so many bytes at most (RFC 1952, and one stored block). */
const COMPRESSION_OVERHEAD = 23;

const HEX = /^(?:sha[-_]?256\s{0,3}[:=-]\s{0,3})?(?:0x)?([0-9a-f]{64})$/i;
/** Also alone, and in the letters of addresses (RFC 4648 section 5): 43 of them, as no other kind in use has. */
const BASE64 = /^(?:sha[-_]?256\s{0,3}[:=-]\s{0,3})?:?([A-Za-z0-9+/_-]{43})=?:?$/i;

/** The SHA-256 that a checksum states, hexadecimal; undefined if it is another kind. */
function sha256Of(checksum: string): string | undefined {
	const text = checksum.trim();
	const [, hex] = HEX.exec(text) ?? [];
	if (hex !== undefined) return hex.toLowerCase();
	const [, base64] = BASE64.exec(text) ?? [];
	return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex');
}
