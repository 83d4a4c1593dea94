/** One interaction from its sending to the end of its token: who claimed it, what came of it, and how a test sees that. */

import {
  type APIApplicationCommandOptionChoice,
  type APIInteraction,
  InteractionResponseType,
  InteractionType,
} from "discord-api-types/v10";
import { answerOfMessage, emptyAnswer } from "./answer.ts";
import type { Answer, CallbackAttempt, From, InteractionHandle, ShownModal, Wait } from "./contract.ts";
import type { EffectLog } from "./effects.ts";
import { ApiError, invalidForm, unknown } from "./errors.ts";
import type { MessageStore } from "./messages.ts";
import type { Settings } from "./options.ts";

/** Which answers an interaction takes. */
const ANSWERS: Readonly<Record<number, readonly InteractionResponseType[]>> = {
  [InteractionType.ApplicationCommand]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
    InteractionResponseType.Modal,
  ],
  [InteractionType.MessageComponent]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
    InteractionResponseType.DeferredMessageUpdate,
    InteractionResponseType.UpdateMessage,
    InteractionResponseType.Modal,
  ],
  [InteractionType.ApplicationCommandAutocomplete]: [InteractionResponseType.ApplicationCommandAutocompleteResult],
  [InteractionType.ModalSubmit]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
  ],
};
const UPDATES: readonly InteractionResponseType[] = [
  InteractionResponseType.DeferredMessageUpdate,
  InteractionResponseType.UpdateMessage,
];

/** What an interaction needs of the double. */
export interface InteractionHost {
  readonly settings: Settings;
  readonly effects: EffectLog;
  readonly messages: MessageStore;
  /** Reports what no correct bot does. */
  violate(replica: string, violation: { route: string; code: number; message: string }): void;
}

/** An interaction in progress. */
export class LiveInteraction implements InteractionHandle {
  readonly payload: APIInteraction;
  /** Who sent it and where, for whatever follows from it. */
  readonly from: From;
  readonly sentAtMs: number;
  readonly #host: InteractionHost;
  readonly #attempts: CallbackAttempt[] = [];
  readonly #followupIds: string[] = [];
  /** The message that `@original` names, once there is one. */
  originalId: string | undefined;
  /** Whether the person still sees "thinking…", or nothing at all after a deferred update. */
  pending = true;
  modal: ShownModal | undefined;
  choices: readonly APIApplicationCommandOptionChoice[] | undefined;
  originalDeleted = false;
  /** Whether a fault hit one of its callbacks, so that a replica cannot know whether it won. */
  disturbed = false;

  constructor(payload: APIInteraction, options: { from: From; host: InteractionHost }) {
    this.payload = payload;
    this.from = options.from;
    this.#host = options.host;
    this.sentAtMs = this.#host.settings.clock.monotonicMs();
  }

  get id(): string {
    return this.payload.id;
  }

  get attempts(): readonly CallbackAttempt[] {
    return this.#attempts;
  }

  get accepted(): CallbackAttempt | undefined {
    return this.#attempts.find(({ accepted }) => accepted);
  }

  get refused(): readonly CallbackAttempt[] {
    return this.#attempts.filter(({ accepted }) => !accepted);
  }

  get current(): Answer | undefined {
    if (this.modal) return { ...emptyAnswer("modal", this.id), modal: this.modal, text: modalText(this.modal) };
    if (this.choices) {
      const text = this.choices.map(({ name }) => name).join("\n");
      return { ...emptyAnswer("choices", this.id), choices: this.choices, text };
    }
    if (this.originalDeleted) return emptyAnswer("deleted", this.id);
    if (this.pending || this.originalId === undefined) return undefined;
    return answerOfMessage(this.#host.messages.get(this.originalId), this.id);
  }

  get followups(): readonly Answer[] {
    return this.#followupIds.map((id) => answerOfMessage(this.#host.messages.get(id), this.id));
  }

  firstAnswer(wait: Wait = {}): Promise<CallbackAttempt> {
    return this.#until(() => this.accepted, `an answer to ${this.#name()}`, wait);
  }

  answer(wait: Wait & { where?: (answer: Answer) => boolean } = {}): Promise<Answer> {
    const { where = () => true } = wait;
    const find = () => this.current && where(this.current) ? this.current : undefined;
    return this.#until(find, `the answer to ${this.#name()}`, wait);
  }

  followup(index = 0, wait: Wait = {}): Promise<Answer> {
    return this.#until(() => this.followups[index], `followup ${index} of ${this.#name()}`, wait);
  }

  attempted(count: number, wait: Wait = {}): Promise<readonly CallbackAttempt[]> {
    const find = () => this.#attempts.length >= count ? this.#attempts : undefined;
    return this.#until(find, `${count} callbacks for ${this.#name()}`, wait);
  }

  /**
   * Decides whether a callback is the claim; the first one that comes in time is.
   *
   * @throws 400/40060 or 404/10062 for every other one, 400/50035 for an answer of the wrong type.
   */
  claim(type: InteractionResponseType, replica: string): void {
    const atMs = this.#host.settings.clock.monotonicMs();
    const afterMs = atMs - this.sentAtMs;
    const error = this.#refusal(type, { afterMs, replica });
    const attempt = { replica, type, atMs, afterMs, accepted: error === undefined, code: error?.code };
    this.#attempts.push(attempt);
    const { accepted, code } = attempt;
    this.#host.effects.add({ kind: "callback", interactionId: this.id, type, accepted, code }, replica);
    if (error) throw error;
  }

  #refusal(type: InteractionResponseType, { afterMs, replica }: { afterMs: number; replica: string }) {
    if (!this.#takes(type)) {
      const message = `An interaction of type ${this.payload.type} cannot be answered with type ${type}`;
      return invalidForm([{ path: ["type"], message }]);
    }
    const { firstAnswerMs, lostClaimCode } = this.#host.settings;
    const { accepted } = this;
    if (accepted) {
      if (replica !== "" && accepted.replica === replica && !this.disturbed) {
        const message = `answered with type ${type} after it had answered with type ${accepted.type}`;
        this.#host.violate(replica, { route: this.#name(), code: 40060, message });
      }
      return lostClaimCode === 40060
        ? new ApiError(400, 40060, { message: "Interaction has already been acknowledged." })
        : unknown("interaction", 10062);
    }
    return afterMs > firstAnswerMs ? unknown("interaction", 10062) : undefined;
  }

  #takes(type: InteractionResponseType): boolean {
    const { payload } = this;
    if (ANSWERS[payload.type]?.includes(type)) return true;
    return payload.type === InteractionType.ModalSubmit && payload.message !== undefined && UPDATES.includes(type);
  }

  /**
   * Lets a request pass that uses the token after the claim.
   *
   * @throws 401/50027 when the token has ended, 404/10015 when nothing has been answered yet.
   */
  assertUsable(replica: string, route: string): void {
    const { clock, interactionTokenMs } = this.#host.settings;
    if (clock.monotonicMs() - this.sentAtMs > interactionTokenMs) {
      throw new ApiError(401, 50027, { message: "Invalid Webhook Token" });
    }
    const { accepted } = this;
    if (!accepted) throw unknown("Webhook", 10015);
    if (replica !== "" && accepted.replica !== replica && !this.disturbed) {
      const message = `${replica} uses the token of ${this.#name()}, which ${accepted.replica} has claimed`;
      this.#host.violate(replica, { route, code: 0, message });
    }
  }

  /** Records a followup. */
  addFollowup(messageId: string): void {
    this.#followupIds.push(messageId);
  }

  /** Whether this followup belongs to the interaction. */
  hasFollowup(messageId: string): boolean {
    return this.#followupIds.includes(messageId);
  }

  #name(): string {
    const { payload } = this;
    if (!("data" in payload) || !payload.data) return `interaction ${this.id}`;
    return "name" in payload.data ? `/${payload.data.name}` : `"${payload.data.custom_id}"`;
  }

  #until<T>(find: () => T | undefined, what: string, wait: Wait): Promise<T> {
    return this.#host.effects.until(find, { ...wait, what });
  }
}

function modalText(modal: ShownModal): string {
  return [modal.title, ...modal.inputs.flatMap(({ label, value }) => [label, value])].filter((part) => part).join("\n");
}
