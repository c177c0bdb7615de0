// A drawing and its settings as the part of an address behind `#`, and back: JSON, deflated, base64url.

const PREFIX = "#1=";
const MOST = 2_000_000; // characters; what a stranger's link may unfold to

export async function address(drawing, settings) {
  const text = JSON.stringify(settings ? { drawing, settings } : { drawing });
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// Nothing for an address without a drawing; throws where it is cut off or none of ours.
export async function drawn(hash) {
  if (!hash.startsWith(PREFIX)) {
    if (hash.length > 1) throw new Error("no drawing in the address");
    return null;
  }
  const binary = atob(hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(
    await through(new DecompressionStream("deflate-raw"), bytes),
  );
  const { drawing, settings = "" } = JSON.parse(text);
  if (typeof drawing !== "string" || typeof settings !== "string") throw new Error("no drawing in the address");
  return { drawing, settings };
}

async function through(stream, bytes) {
  const parts = [];
  let length = 0;
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => {}); // the reader fails of it, too
  for (const reader = stream.readable.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MOST) throw new Error("the drawing in the address is too large");
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
