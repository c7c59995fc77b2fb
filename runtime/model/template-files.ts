/** `template: "hello"` is the first of `templates/hello.<ending>` that exists. */
export const templateEndings = ['mjml', 'html', 'liquid', 'txt', 'md'] as const;

/** Where `flowc build` puts the HTML of an MJML template. Paths are relative to the workspace, without ending. */
export function builtTemplate(folder: string, path: string): string {
  return `generated/${folder}/${path}.html`;
}
