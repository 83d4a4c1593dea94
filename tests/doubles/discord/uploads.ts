/** Files that people upload or the bot sends, under addresses from which they can be read again. */

import type { APIAttachment } from "discord-api-types/v10";
import type { Upload } from "./contract.ts";

/** All files of a double. */
export class Uploads {
  readonly #byPath = new Map<string, Uint8Array>();

  /** Keeps a file that a person uploads. */
  upload({ name, content }: Upload, make: { id: string; channelId: string; base: string }): APIAttachment {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const path = `/attachments/${make.channelId}/${make.id}/${encodeURIComponent(name)}`;
    this.#byPath.set(path, bytes);
    const url = `${make.base}${path}`;
    return { id: make.id, filename: name, size: bytes.length, url, proxy_url: url, content_type: contentType(name) };
  }

  /** The bytes at a path. */
  read(path: string): Uint8Array | undefined {
    return this.#byPath.get(path);
  }
}

function contentType(name: string): string {
  return /\.(txt|md)$/.test(name) ? "text/plain; charset=utf-8" : "application/octet-stream";
}
