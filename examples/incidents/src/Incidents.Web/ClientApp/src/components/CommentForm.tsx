import { useState, type FormEvent } from 'react';

interface Props {
  busy: boolean;
  onSubmit: (author: string, text: string) => Promise<boolean>;
}

export function CommentForm({ busy, onSubmit }: Props) {
  const [author, setAuthor] = useState('');
  const [text, setText] = useState('');
  const complete = author.trim() !== '' && text.trim() !== '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (complete && (await onSubmit(author.trim(), text.trim()))) setText('');
  };

  return (
    <form className="comment-form" onSubmit={(event) => void submit(event)}>
      <label className="field">
        Your name
        <input value={author} maxLength={80} onChange={(event) => setAuthor(event.target.value)} autoComplete="name" />
      </label>
      <label className="field">
        Comment
        <textarea rows={3} value={text} maxLength={2000} onChange={(event) => setText(event.target.value)} />
      </label>
      <button type="submit" className="button" disabled={busy || !complete}>
        Add comment
      </button>
    </form>
  );
}
