import { assertEquals } from "@std/assert";
import { asEdit, asMessage, button, linkButton, modal, rowsOf, selectRow, shown } from "../../src/discord/reply.ts";

Deno.test("a card becomes a message that pings nobody", () => {
  assertEquals(asMessage({ content: "@everyone" }), {
    content: "@everyone",
    embeds: [],
    components: [],
    files: [],
    allowedMentions: { parse: [] },
  });
});

Deno.test("an edit leaves nothing of the old message", () => {
  assertEquals(asEdit({}), {
    content: "",
    embeds: [],
    components: [],
    files: [],
    attachments: [],
    allowedMentions: { parse: [] },
  });
});

Deno.test("content, embeds and labels are cut to their limits", () => {
  const long = "x".repeat(5000);
  const { content, embeds } = asMessage({ content: long, embed: { description: long } });
  assertEquals([content.length, embeds[0]?.description?.length], [2000, 4096]);
  assertEquals(JSON.stringify(button(long, "id")).length < 200, true);
  assertEquals(modal(long, "id", [{ id: "a", kind: "line", label: long, description: long }]).title.length, 45);
});

Deno.test("a text file carries the text as UTF-8", () => {
  const [file] = asMessage({ files: [{ name: "a.md", text: "שלום 😀" }] }).files;
  assertEquals([file?.name, new TextDecoder().decode(file?.attachment)], ["a.md", "שלום 😀"]);
});

Deno.test("a row holds what there is, and no row holds nothing", () => {
  assertEquals(rowsOf(undefined, undefined), []);
  assertEquals(rowsOf(undefined, button("a", "1"), button("b", "2"))[0]?.components.length, 2);
});

Deno.test("a menu offers at most 25 options on one line each, and is left out when empty", () => {
  const options = Array.from(
    { length: 30 },
    (_, n) => ({ label: `a\nb ${n}`, value: `${n}`, description: "y".repeat(300) }),
  );
  const [row] = selectRow("id", "choose", options);
  const [select] = row?.components ?? [];
  const shownOptions = select && "options" in select ? select.options : [];
  assertEquals(shownOptions.length, 25);
  assertEquals(shownOptions[0], { label: "a b 0", value: "0", description: `${"y".repeat(99)}…` });
  assertEquals(selectRow("id", "choose", []), []);
});

Deno.test("an address that Discord would not take makes no button", () => {
  assertEquals(linkButton("web", `https://example.org/${"x".repeat(500)}`), undefined);
  assertEquals(linkButton("web", "https://example.org/")?.type, 2);
});

Deno.test("a prefilled value is whole, and none is sent when it is empty", () => {
  const value = "x".repeat(4000);
  const form = modal("t", "id", [{ id: "a", kind: "text", label: "A", value }, {
    id: "b",
    kind: "line",
    label: "B",
    value: "",
  }]);
  const inputs = form.components.map((label) => "component" in label ? label.component : undefined);
  assertEquals(inputs.map((input) => input && "value" in input ? input.value : undefined), [value, undefined]);
});

Deno.test("a text in a sentence keeps to its line and its own formatting", () => {
  assertEquals(shown("a\n**b** `c` 😀"), "“a \\*\\*b\\*\\* \\`c\\` 😀”");
  assertEquals(shown("x".repeat(500)), `“${"x".repeat(99)}…”`);
});
